// SPDX-License-Identifier: MIT
#include <core/retry/retryingrequester.h>

#include <QtCore/QCoreApplication>
#include <QtNetwork/QNetworkAccessManager>

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QNetworkAccessManager manager;
    Retryscope::RetryingRequester requester(&manager);
    QNetworkRequest request(QUrl(app.arguments().value(1)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    Retryscope::RetryingReply *reply = requester.post(request, R"({"prompt": "hi"})");
    QObject::connect(reply, &Retryscope::RetryingReply::attemptFailed, &app,
                     [](int n, const Retryscope::Failure &why) { qInfo() << n << why.message; });
    QObject::connect(reply, &QNetworkReply::finished, &app, [reply, &app] {
        qInfo() << reply->attempts().size() << reply->error() << reply->readAll();
        app.quit();
    });
    return app.exec();
}

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>QObject</name>
    <message>
        <source>simulated</source>
        <translation>simuliert</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
</context>
<context>
    <name>QPlainTextEdit</name>
    <message>
        <source>This request is too long to be shown here (%1). It is sent as it is.</source>
        <translation>Diese Anfrage ist zu lang, um sie hier zu zeigen (%1). Sie wird gesendet, wie sie ist.</translation>
    </message>
</context>
<context>
    <name>Retryscope::AboutBox</name>
    <message>
        <source>none: https does not work</source>
        <translation>keines: https geht nicht</translation>
    </message>
    <message>
        <source>Qt %1, built with %2</source>
        <translation>Qt %1, gebaut mit %2</translation>
    </message>
    <message>
        <source>TLS: %1</source>
        <translation>TLS: %1</translation>
    </message>
    <message>
        <source>About Retryscope</source>
        <translation>Über Retryscope</translation>
    </message>
    <message>
        <source>An oscilloscope for LLM requests: compose one, break it on purpose, and see every attempt, every wait and every byte.</source>
        <translation>Ein Oszilloskop für LLM-Anfragen: eine zusammenstellen, sie mit Absicht stören und jeden Versuch, jede Wartezeit und jedes Byte sehen.</translation>
    </message>
    <message>
        <source>MIT licence.</source>
        <translation>MIT-Lizenz.</translation>
    </message>
    <message>
        <source>&amp;Copy versions</source>
        <translation>Versionen &amp;kopieren</translation>
    </message>
</context>
<context>
    <name>Retryscope::Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Ausführen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>An&amp;sicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>&amp;Save scenario</source>
        <translation>Szenario &amp;speichern</translation>
    </message>
    <message>
        <source>Save scenario &amp;as…</source>
        <translation>Szenario speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Save &amp;trace…</source>
        <translation>&amp;Aufzeichnung speichern …</translation>
    </message>
    <message>
        <source>Save &amp;body…</source>
        <translation>B&amp;ody speichern …</translation>
    </message>
    <message>
        <source>Setti&amp;ngs…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Send</source>
        <translation>&amp;Senden</translation>
    </message>
    <message>
        <source>Run a&amp;gain with the same seed</source>
        <translation>Mit demselben Startwert &amp;wiederholen</translation>
    </message>
    <message>
        <source>Run &amp;many times…</source>
        <translation>&amp;Viele Male ausführen …</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>S&amp;topp</translation>
    </message>
    <message>
        <source>&amp;Retry now</source>
        <translation>&amp;Jetzt wiederholen</translation>
    </message>
    <message>
        <source>&amp;Faults armed</source>
        <translation>&amp;Fehler scharf</translation>
    </message>
    <message>
        <source>Copy as &amp;cURL</source>
        <translation>Als &amp;cURL kopieren</translation>
    </message>
    <message>
        <source>Copy &amp;Qt error</source>
        <translation>&amp;Qt-Fehler kopieren</translation>
    </message>
    <message>
        <source>&amp;Endpoint</source>
        <translation>&amp;Endpunkt</translation>
    </message>
    <message>
        <source>&amp;1 Request</source>
        <translation>&amp;1 Anfrage</translation>
    </message>
    <message>
        <source>&amp;2 Break it</source>
        <translation>&amp;2 Stören</translation>
    </message>
    <message>
        <source>&amp;3 What happened</source>
        <translation>&amp;3 Was geschah</translation>
    </message>
    <message>
        <source>&amp;4 What arrived</source>
        <translation>&amp;4 Was ankam</translation>
    </message>
    <message>
        <source>&amp;Next pane</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>&amp;Previous pane</source>
        <translation>&amp;Voriger Bereich</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>&amp;Whole run</source>
        <translation>Gan&amp;zer Lauf</translation>
    </message>
    <message>
        <source>&amp;Find in what arrived…</source>
        <translation>In dem s&amp;uchen, was ankam …</translation>
    </message>
    <message>
        <source>Find ne&amp;xt</source>
        <translation>&amp;Weitersuchen</translation>
    </message>
    <message>
        <source>Lar&amp;ger text</source>
        <translation>G&amp;rößere Schrift</translation>
    </message>
    <message>
        <source>&amp;Smaller text</source>
        <translation>Kleinere Schri&amp;ft</translation>
    </message>
    <message>
        <source>Text as the &amp;desktop has it</source>
        <translation>Schrift wie auf dem &amp;Desktop</translation>
    </message>
    <message>
        <source>The&amp;me</source>
        <translation>Farb&amp;schema</translation>
    </message>
    <message>
        <source>Previous &amp;attempt</source>
        <translation>Voriger Versu&amp;ch</translation>
    </message>
    <message>
        <source>Next a&amp;ttempt</source>
        <translation>Nächster Versuc&amp;h</translation>
    </message>
    <message>
        <source>Previous e&amp;vent</source>
        <translation>Voriges Ere&amp;ignis</translation>
    </message>
    <message>
        <source>Next event</source>
        <translation>Nächstes Ereignis</translation>
    </message>
    <message>
        <source>&amp;Longest gap</source>
        <translation>&amp;Längste Pause</translation>
    </message>
    <message>
        <source>As the &amp;desktop</source>
        <translation>Wie der &amp;Desktop</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>D&amp;ark</source>
        <translation>D&amp;unkel</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About Retryscope</source>
        <translation>Über &amp;Retryscope</translation>
    </message>
    <message>
        <source>About &amp;Qt</source>
        <translation>Über &amp;Qt</translation>
    </message>
    <message>
        <source>Sho&amp;w certificate</source>
        <translation>&amp;Zertifikat zeigen</translation>
    </message>
</context>
<context>
    <name>Retryscope::AnswerView</name>
    <message>
        <source>Reasoning</source>
        <translation>Überlegung</translation>
    </message>
    <message>
        <source>Answer text</source>
        <translation>Antworttext</translation>
    </message>
    <message>
        <source>Tool calls</source>
        <translation>Werkzeugaufrufe</translation>
    </message>
    <message>
        <source>Refusal and errors</source>
        <translation>Weigerung und Fehler</translation>
    </message>
    <message>
        <source>Attempt %1 failed before any text came.</source>
        <translation>Versuch %1 scheiterte, bevor Text kam.</translation>
    </message>
</context>
<context>
    <name>Retryscope::Composer</name>
    <message>
        <source>the endpoint</source>
        <translation>der Endpunkt</translation>
    </message>
    <message>
        <source>With the values of its variables this is not the URL of an endpoint.</source>
        <translation>Mit den Werten seiner Variablen ist das keine URL eines Endpunkts.</translation>
    </message>
</context>
<context>
    <name>Retryscope::ConnectionForm</name>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Through the tap</source>
        <translation>Durch den Abgriff</translation>
    </message>
    <message>
        <source>HTTP/2 allowed</source>
        <translation>HTTP/2 erlaubt</translation>
    </message>
    <message>
        <source>Accept any certificate</source>
        <translation>Jedes Zertifikat annehmen</translation>
    </message>
    <message>
        <source>Retry what may have been processed</source>
        <translation>Auch wiederholen, was verarbeitet sein kann</translation>
    </message>
    <message>
        <source>Send an Idempotency-Key</source>
        <translation>Einen Idempotency-Key senden</translation>
    </message>
    <message>
        <source>Without it there are no faults, and nothing is measured on the wire</source>
        <translation>Ohne ihn gibt es keine Fehler, und nichts wird auf der Leitung gemessen</translation>
    </message>
    <message>
        <source>Also an attempt whose request had left: it may be processed, and paid, twice</source>
        <translation>Auch ein Versuch, dessen Anfrage abgegangen war: Er kann zweimal verarbeitet und bezahlt werden</translation>
    </message>
    <message>
        <source>The same on all attempts of one request, for endpoints that know it</source>
        <translation>Derselbe bei allen Versuchen einer Anfrage, für Endpunkte, die ihn kennen</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>For name, connection and TLS of an attempt. None: Qt&apos;s 30 s an address, and none at all for TLS</source>
        <translation>Für Name, Verbindung und TLS eines Versuchs. Keine: Qts 30 s je Adresse, und gar keine für TLS</translation>
    </message>
    <message>
        <source>First byte</source>
        <translation>Erstes Byte</translation>
    </message>
    <message>
        <source>From the request having left to the head of the answer</source>
        <translation>Vom Abgang der Anfrage bis zum Kopf der Antwort</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>Stille</translation>
    </message>
    <message>
        <source>Without a byte of the answer</source>
        <translation>Ohne ein Byte der Antwort</translation>
    </message>
    <message>
        <source>No content</source>
        <translation>Ohne Inhalt</translation>
    </message>
    <message>
        <source>Without an event that carries content: signs of life do not count</source>
        <translation>Ohne ein Ereignis mit Inhalt: Lebenszeichen zählen nicht</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Insgesamt</translation>
    </message>
    <message>
        <source>All attempts, all waits and the answer together</source>
        <translation>Alle Versuche, alle Wartezeiten und die Antwort zusammen</translation>
    </message>
    <message>
        <source>Retry on</source>
        <translation>Bei</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>none, env, or a URL such as socks5://host:1080</source>
        <translation>none, env oder eine URL wie socks5://host:1080</translation>
    </message>
    <message>
        <source>No proxy for</source>
        <translation>Ohne Proxy</translation>
    </message>
    <message>
        <source>hosts, with commas between</source>
        <translation>Hosts, mit Kommas dazwischen</translation>
    </message>
    <message>
        <source>Authorities</source>
        <translation>Zertifizierer</translation>
    </message>
    <message>
        <source>PEM file, trusted beside the system&apos;s</source>
        <translation>PEM-Datei, neben denen des Systems</translation>
    </message>
    <message>
        <source>%1 limit</source>
        <translation>Grenze: %1</translation>
    </message>
</context>
<context>
    <name>Retryscope::Curl</name>
    <message>
        <source># first: retryscope-cli sandbox --port 8080</source>
        <translation># zuerst: retryscope-cli sandbox --port 8080</translation>
    </message>
</context>
<context>
    <name>Retryscope::DialectWords</name>
    <message>
        <source>key in %1, or Amazon&apos;s signature</source>
        <translation>Schlüssel in %1, oder Amazons Signatur</translation>
    </message>
    <message>
        <source>key in %1</source>
        <translation>Schlüssel in %1</translation>
    </message>
    <message>
        <source>POST %1, %2.</source>
        <translation>POST %1, %2.</translation>
    </message>
    <message>
        <source>Sent as it is typed, with the method and headers of the tab Headers; %1. Of the answer only what HTTP says is judged.</source>
        <translation>Wird gesendet wie eingegeben, mit Methode und Headern des Reiters Header; %1. Von der Antwort wird nur beurteilt, was HTTP sagt.</translation>
    </message>
</context>
<context>
    <name>Retryscope::DistributionView</name>
    <message>
        <source>Distribution of durations</source>
        <translation>Verteilung der Dauern</translation>
    </message>
</context>
<context>
    <name>Retryscope::EndpointBar</name>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Dialect</source>
        <translation>Dialekt</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>Endpunkt</translation>
    </message>
    <message>
        <source>sandbox, or the URL of an endpoint</source>
        <translation>sandbox oder die URL eines Endpunkts</translation>
    </message>
    <message>
        <source>“sandbox” is an endpoint inside this program. Otherwise a base URL (https://host/v1) or the whole endpoint.</source>
        <translation>„sandbox“ ist ein Endpunkt in diesem Programm. Sonst eine Basis-URL (https://host/v1) oder der ganze Endpunkt.</translation>
    </message>
    <message>
        <source>Send the request (Ctrl+Return)</source>
        <translation>Die Anfrage senden (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>&amp;Dialect</source>
        <translation>Dia&amp;lekt</translation>
    </message>
    <message>
        <source>&amp;Endpoint</source>
        <translation>&amp;Endpunkt</translation>
    </message>
    <message>
        <source>&amp;Key</source>
        <translation>S&amp;chlüssel</translation>
    </message>
    <message>
        <source>Raw HTTP</source>
        <translation>Reines HTTP</translation>
    </message>
</context>
<context>
    <name>Retryscope::EventsModel</name>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>end of the stream</source>
        <translation>Ende des Streams</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>Nr.</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Gap</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Adds</source>
        <translation>Bringt</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
</context>
<context>
    <name>Retryscope::FaultParameters</name>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source> events</source>
        <translation> Ereignisse</translation>
    </message>
    <message>
        <source> bytes</source>
        <translation> Bytes</translation>
    </message>
    <message>
        <source>Fault for attempt %1, %2</source>
        <translation>Fehler für Versuch %1, %2</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>weggelassen</translation>
    </message>
</context>
<context>
    <name>Retryscope::FaultPlanEditor</name>
    <message>
        <source>+ &amp;attempt</source>
        <translation>+ &amp;Versuch</translation>
    </message>
    <message>
        <source>Add an attempt to the plan</source>
        <translation>Dem Plan einen Versuch hinzufügen</translation>
    </message>
    <message>
        <source>Ro&amp;ll</source>
        <translation>&amp;Würfeln</translation>
    </message>
    <message>
        <source>Draw a new seed, and a plan from it</source>
        <translation>Einen neuen Startwert ziehen, und daraus einen Plan</translation>
    </message>
    <message>
        <source>TLS ends at the tap where a fa&amp;ult lies within it</source>
        <translation>TLS endet am Abgriff, wo ein &amp;Fehler darin liegt</translation>
    </message>
    <message>
        <source>Fault preset</source>
        <translation>Fehlervorlage</translation>
    </message>
    <message>
        <source>Own plan</source>
        <translation>Eigener Plan</translation>
    </message>
    <message>
        <source>Fault plan</source>
        <translation>Fehlerplan</translation>
    </message>
    <message>
        <source>no faults; for example dns,refused*2,ok</source>
        <translation>keine Fehler; zum Beispiel dns,refused*2,ok</translation>
    </message>
    <message>
        <source>One entry an attempt, in order; *N repeats; ok is no fault</source>
        <translation>Ein Eintrag je Versuch, der Reihe nach; *N wiederholt; ok ist kein Fehler</translation>
    </message>
    <message>
        <source>Add attempt</source>
        <translation>Versuch hinzufügen</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Chance of each fault</source>
        <translation>Wahrscheinlichkeit jedes Fehlers</translation>
    </message>
    <message>
        <source>Each fault of the plan strikes with this chance; the seed decides</source>
        <translation>Jeder Fehler des Plans tritt mit dieser Wahrscheinlichkeit ein; der Startwert entscheidet</translation>
    </message>
    <message>
        <source>Roll the dice</source>
        <translation>Würfeln</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed draws the same waits and the same plan</source>
        <translation>Derselbe Startwert zieht dieselben Wartezeiten und denselben Plan</translation>
    </message>
    <message>
        <source>TLS ends at the tap</source>
        <translation>TLS endet am Abgriff</translation>
    </message>
    <message>
        <source>For faults in the HTTP of an https endpoint: the tap checks the endpoint&apos;s certificate and shows this request one of its own. Without it, TLS stays end to end.</source>
        <translation>Für Fehler im HTTP eines https-Endpunkts: Der Abgriff prüft das Zertifikat des Endpunkts und zeigt dieser Anfrage ein eigenes. Ohne das bleibt TLS von Ende zu Ende.</translation>
    </message>
    <message>
        <source>Faults armed</source>
        <translation>Fehler scharf</translation>
    </message>
    <message>
        <source>Arm or disarm the faults (Ctrl+Shift+F)</source>
        <translation>Die Fehler scharf oder unscharf schalten (Strg+Umschalt+F)</translation>
    </message>
    <message>
        <source>&amp;Preset</source>
        <translation>V&amp;orlage</translation>
    </message>
    <message>
        <source>Pla&amp;n</source>
        <translation>&amp;Plan</translation>
    </message>
    <message>
        <source>Chance</source>
        <translation>Chance</translation>
    </message>
    <message>
        <source>The seed must be a whole number from 0 to 18446744073709551615.</source>
        <translation>Der Startwert muss eine ganze Zahl von 0 bis 18446744073709551615 sein.</translation>
    </message>
    <message numerus="yes">
        <source>and %n more attempts, in the plan&apos;s text</source>
        <translation>
            <numerusform>und %n weiterer Versuch, im Text des Plans</numerusform>
            <numerusform>und %n weitere Versuche, im Text des Plans</numerusform>
        </translation>
    </message>
    <message>
        <source>armed: mistake in the plan</source>
        <translation>scharf: Irrtum im Plan</translation>
    </message>
    <message>
        <source>disarmed</source>
        <translation>unscharf</translation>
    </message>
    <message numerus="yes">
        <source>armed: %n faults</source>
        <translation>
            <numerusform>scharf: %n Fehler</numerusform>
            <numerusform>scharf: %n Fehler</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::FaultRow</name>
    <message>
        <source>Fault for attempt %1</source>
        <translation>Fehler für Versuch %1</translation>
    </message>
    <message>
        <source>Remove attempt %1</source>
        <translation>Versuch %1 entfernen</translation>
    </message>
    <message>
        <source>Remove this attempt from the plan</source>
        <translation>Diesen Versuch aus dem Plan entfernen</translation>
    </message>
    <message>
        <source>status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>The HTTP status to answer with</source>
        <translation>Der HTTP-Status, mit dem geantwortet wird</translation>
    </message>
    <message>
        <source>More parameters of the fault for attempt %1</source>
        <translation>Weitere Parameter des Fehlers für Versuch %1</translation>
    </message>
    <message>
        <source>More parameters</source>
        <translation>Weitere Parameter</translation>
    </message>
    <message>
        <source>any word of a fault</source>
        <translation>ein Wort eines Fehlers</translation>
    </message>
</context>
<context>
    <name>Retryscope::FaultWords</name>
    <message>
        <source>no fault</source>
        <translation>kein Fehler</translation>
    </message>
    <message>
        <source>name not found</source>
        <translation>Name nicht gefunden</translation>
    </message>
    <message>
        <source>slow name look-up</source>
        <translation>langsame Namensauflösung</translation>
    </message>
    <message>
        <source>name look-up without an end</source>
        <translation>Namensauflösung ohne Ende</translation>
    </message>
    <message>
        <source>wrong address</source>
        <translation>falsche Adresse</translation>
    </message>
    <message>
        <source>connection refused</source>
        <translation>Verbindung abgelehnt</translation>
    </message>
    <message>
        <source>connection never answered</source>
        <translation>Verbindung nie beantwortet</translation>
    </message>
    <message>
        <source>connection reset</source>
        <translation>Verbindung zurückgesetzt</translation>
    </message>
    <message>
        <source>connection closed at once</source>
        <translation>Verbindung sofort geschlossen</translation>
    </message>
    <message>
        <source>network unreachable</source>
        <translation>Netz nicht erreichbar</translation>
    </message>
    <message>
        <source>packets given up on the way</source>
        <translation>Pakete unterwegs aufgegeben</translation>
    </message>
    <message>
        <source>slow network</source>
        <translation>langsames Netz</translation>
    </message>
    <message>
        <source>proxy fails</source>
        <translation>Proxy scheitert</translation>
    </message>
    <message>
        <source>proxy does not allow it</source>
        <translation>Proxy erlaubt es nicht</translation>
    </message>
    <message>
        <source>proxy wants another login</source>
        <translation>Proxy will eine andere Anmeldung</translation>
    </message>
    <message>
        <source>proxy speaks another protocol</source>
        <translation>Proxy spricht ein anderes Protokoll</translation>
    </message>
    <message>
        <source>proxy closes</source>
        <translation>Proxy schließt</translation>
    </message>
    <message>
        <source>self-signed certificate</source>
        <translation>selbst signiertes Zertifikat</translation>
    </message>
    <message>
        <source>expired certificate</source>
        <translation>abgelaufenes Zertifikat</translation>
    </message>
    <message>
        <source>certificate not valid yet</source>
        <translation>Zertifikat noch nicht gültig</translation>
    </message>
    <message>
        <source>certificate of another host</source>
        <translation>Zertifikat eines anderen Hosts</translation>
    </message>
    <message>
        <source>unknown authority</source>
        <translation>unbekannte Zertifizierungsstelle</translation>
    </message>
    <message>
        <source>weak key</source>
        <translation>schwacher Schlüssel</translation>
    </message>
    <message>
        <source>client certificate demanded</source>
        <translation>Client-Zertifikat verlangt</translation>
    </message>
    <message>
        <source>TLS alert</source>
        <translation>TLS-Alert</translation>
    </message>
    <message>
        <source>plain HTTP instead of TLS</source>
        <translation>HTTP im Klartext statt TLS</translation>
    </message>
    <message>
        <source>nonsense instead of TLS</source>
        <translation>Unsinn statt TLS</translation>
    </message>
    <message>
        <source>closed in the TLS handshake</source>
        <translation>im TLS-Handshake geschlossen</translation>
    </message>
    <message>
        <source>reset in the TLS handshake</source>
        <translation>im TLS-Handshake zurückgesetzt</translation>
    </message>
    <message>
        <source>stalled TLS handshake</source>
        <translation>TLS-Handshake bleibt stehen</translation>
    </message>
    <message>
        <source>damaged encryption</source>
        <translation>beschädigte Verschlüsselung</translation>
    </message>
    <message>
        <source>reset while sending</source>
        <translation>beim Senden zurückgesetzt</translation>
    </message>
    <message>
        <source>closed while sending</source>
        <translation>beim Senden geschlossen</translation>
    </message>
    <message>
        <source>request not read</source>
        <translation>Anfrage nicht gelesen</translation>
    </message>
    <message>
        <source>closed before the status</source>
        <translation>vor dem Status geschlossen</translation>
    </message>
    <message>
        <source>reset before the status</source>
        <translation>vor dem Status zurückgesetzt</translation>
    </message>
    <message>
        <source>no answer at all</source>
        <translation>gar keine Antwort</translation>
    </message>
    <message>
        <source>answer in another protocol</source>
        <translation>Antwort in einem anderen Protokoll</translation>
    </message>
    <message>
        <source>&quot;100 Continue&quot; and no more</source>
        <translation>„100 Continue“ und nicht mehr</translation>
    </message>
    <message>
        <source>early hints first</source>
        <translation>erst frühe Hinweise</translation>
    </message>
    <message>
        <source>head cut off</source>
        <translation>Kopf abgeschnitten</translation>
    </message>
    <message>
        <source>reset in the head</source>
        <translation>im Kopf zurückgesetzt</translation>
    </message>
    <message>
        <source>head byte by byte</source>
        <translation>Kopf Byte für Byte</translation>
    </message>
    <message>
        <source>very long head</source>
        <translation>sehr langer Kopf</translation>
    </message>
    <message>
        <source>malformed head</source>
        <translation>fehlgeformter Kopf</translation>
    </message>
    <message>
        <source>HTTP status</source>
        <translation>HTTP-Status</translation>
    </message>
    <message>
        <source>redirect</source>
        <translation>Umleitung</translation>
    </message>
    <message>
        <source>web page, status 200</source>
        <translation>Webseite, Status 200</translation>
    </message>
    <message>
        <source>empty answer, status 200</source>
        <translation>leere Antwort, Status 200</translation>
    </message>
    <message>
        <source>quota used up</source>
        <translation>Kontingent aufgebraucht</translation>
    </message>
    <message>
        <source>answer cut off</source>
        <translation>Antwort abgeschnitten</translation>
    </message>
    <message>
        <source>reset in the answer</source>
        <translation>in der Antwort zurückgesetzt</translation>
    </message>
    <message>
        <source>stalled answer</source>
        <translation>Antwort bleibt stehen</translation>
    </message>
    <message>
        <source>length too short</source>
        <translation>Länge zu klein</translation>
    </message>
    <message>
        <source>length too long</source>
        <translation>Länge zu groß</translation>
    </message>
    <message>
        <source>broken chunk</source>
        <translation>kaputter Chunk</translation>
    </message>
    <message>
        <source>chunks without an end</source>
        <translation>Chunks ohne Ende</translation>
    </message>
    <message>
        <source>damaged gzip</source>
        <translation>beschädigtes gzip</translation>
    </message>
    <message>
        <source>gzip cut off</source>
        <translation>gzip abgeschnitten</translation>
    </message>
    <message>
        <source>gzip that is none</source>
        <translation>gzip, das keines ist</translation>
    </message>
    <message>
        <source>slow answer</source>
        <translation>langsame Antwort</translation>
    </message>
    <message>
        <source>answer in small pieces</source>
        <translation>Antwort in kleinen Stücken</translation>
    </message>
    <message>
        <source>late end</source>
        <translation>spätes Ende</translation>
    </message>
    <message>
        <source>stream without its end</source>
        <translation>Stream ohne sein Ende</translation>
    </message>
    <message>
        <source>error event in the stream</source>
        <translation>Fehlerereignis im Stream</translation>
    </message>
    <message>
        <source>broken JSON in the stream</source>
        <translation>kaputtes JSON im Stream</translation>
    </message>
    <message>
        <source>characters cut in pieces</source>
        <translation>Zeichen zerschnitten</translation>
    </message>
    <message>
        <source>line ends cut in pieces</source>
        <translation>Zeilenenden zerschnitten</translation>
    </message>
    <message>
        <source>lines that end with CR LF</source>
        <translation>Zeilen, die mit CR LF enden</translation>
    </message>
    <message>
        <source>lines that end with CR</source>
        <translation>Zeilen, die mit CR enden</translation>
    </message>
    <message>
        <source>byte order mark in front</source>
        <translation>BOM am Anfang</translation>
    </message>
    <message>
        <source>comments between the events</source>
        <translation>Kommentare zwischen den Ereignissen</translation>
    </message>
    <message>
        <source>an event twice</source>
        <translation>ein Ereignis doppelt</translation>
    </message>
    <message>
        <source>an event left out</source>
        <translation>ein Ereignis ausgelassen</translation>
    </message>
    <message>
        <source>a very large event</source>
        <translation>ein sehr großes Ereignis</translation>
    </message>
    <message>
        <source>only signs of life</source>
        <translation>nur Lebenszeichen</translation>
    </message>
    <message>
        <source>slow first token</source>
        <translation>langsames erstes Token</translation>
    </message>
    <message>
        <source>another dialect&apos;s answer</source>
        <translation>Antwort eines anderen Dialekts</translation>
    </message>
    <message>
        <source>stopped at the length limit</source>
        <translation>an der Längengrenze beendet</translation>
    </message>
    <message>
        <source>refused by the model</source>
        <translation>vom Modell verweigert</translation>
    </message>
    <message>
        <source>HTTP/2 stream reset</source>
        <translation>HTTP/2-Stream zurückgesetzt</translation>
    </message>
    <message>
        <source>HTTP/2 connection given up</source>
        <translation>HTTP/2-Verbindung aufgegeben</translation>
    </message>
    <message>
        <source>Name not found, then refused</source>
        <translation>Name nicht gefunden, dann abgelehnt</translation>
    </message>
    <message>
        <source>Expired certificate</source>
        <translation>Abgelaufenes Zertifikat</translation>
    </message>
    <message>
        <source>Closed in the TLS handshake</source>
        <translation>Im TLS-Handshake geschlossen</translation>
    </message>
    <message>
        <source>Closed before the status</source>
        <translation>Vor dem Status geschlossen</translation>
    </message>
    <message>
        <source>Reset twice</source>
        <translation>Zweimal zurückgesetzt</translation>
    </message>
    <message>
        <source>Refused until it gives up</source>
        <translation>Abgelehnt, bis er aufgibt</translation>
    </message>
    <message>
        <source>Too many requests</source>
        <translation>Zu viele Anfragen</translation>
    </message>
    <message>
        <source>Answer cut off</source>
        <translation>Antwort abgeschnitten</translation>
    </message>
    <message>
        <source>Stream without its end</source>
        <translation>Stream ohne sein Ende</translation>
    </message>
    <message>
        <source>No faults</source>
        <translation>Keine Fehler</translation>
    </message>
    <message>
        <source>Looking up the name</source>
        <translation>Namensauflösung</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>Verbindungsaufbau</translation>
    </message>
    <message>
        <source>At a proxy</source>
        <translation>An einem Proxy</translation>
    </message>
    <message>
        <source>TLS handshake</source>
        <translation>TLS-Handshake</translation>
    </message>
    <message>
        <source>Sending the request</source>
        <translation>Senden der Anfrage</translation>
    </message>
    <message>
        <source>Before the status</source>
        <translation>Vor dem Status</translation>
    </message>
    <message>
        <source>Head of the answer</source>
        <translation>Kopf der Antwort</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Body of the answer</source>
        <translation>Rumpf der Antwort</translation>
    </message>
    <message>
        <source>Stream of events</source>
        <translation>Ereignisstrom</translation>
    </message>
    <message>
        <source>HTTP/2</source>
        <translation>HTTP/2</translation>
    </message>
</context>
<context>
    <name>Retryscope::FileTasks</name>
    <message>
        <source>Writing %1: %2 %. Esc stops it.</source>
        <translation>%1 wird geschrieben: %2 %. Esc hält es an.</translation>
    </message>
    <message>
        <source>%1 was not opened: %2</source>
        <translation>%1 wurde nicht geöffnet: %2</translation>
    </message>
    <message>
        <source>Reading %1: %2 %. Esc stops it.</source>
        <translation>%1 wird gelesen: %2 %. Esc hält es an.</translation>
    </message>
    <message>
        <source>%1 is damaged. %2 What stands before that is shown.</source>
        <translation>%1 ist beschädigt. %2 Was davor steht, wird gezeigt.</translation>
    </message>
    <message>
        <source>Reading %1 was stopped at %2 %. What was read is shown.</source>
        <translation>Das Lesen von %1 wurde bei %2 % angehalten. Was gelesen wurde, wird gezeigt.</translation>
    </message>
    <message>
        <source>This is the trace %1.</source>
        <translation>Das ist die Aufzeichnung %1.</translation>
    </message>
    <message>
        <source>This is the trace %1. It ends before its run did.</source>
        <translation>Das ist die Aufzeichnung %1. Sie endet vor ihrem Lauf.</translation>
    </message>
    <message>
        <source>%1 was not written: %2 is being written. Wait for its end, or stop it with Esc.</source>
        <translation>%1 wurde nicht geschrieben: %2 wird gerade geschrieben. Warten Sie, bis sie fertig ist, oder halten Sie es mit Esc an.</translation>
    </message>
    <message>
        <source>%1 was not written: %2.</source>
        <translation>%1 wurde nicht geschrieben: %2.</translation>
    </message>
    <message>
        <source>%1 is not whole: %2</source>
        <translation>%1 ist nicht vollständig: %2</translation>
    </message>
    <message>
        <source>Saved as %1.</source>
        <translation>Gespeichert als %1.</translation>
    </message>
    <message>
        <source>%1 was not written: it was stopped.</source>
        <translation>%1 wurde nicht geschrieben: Es wurde angehalten.</translation>
    </message>
</context>
<context>
    <name>Retryscope::FindBar</name>
    <message>
        <source>Find in what arrived</source>
        <translation>In dem suchen, was ankam</translation>
    </message>
    <message>
        <source>Find in what is shown above; 0x… finds bytes; F3 for the next place, Esc to close</source>
        <translation>In dem suchen, was oben zu sehen ist; 0x… findet Bytes; F3 für die nächste Stelle, Esc zum Schließen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>Nicht gefunden</translation>
    </message>
</context>
<context>
    <name>Retryscope::HeadersEditor</name>
    <message>
        <source>Method</source>
        <translation>Methode</translation>
    </message>
    <message>
        <source>The HTTP method; any word that is one</source>
        <translation>Die HTTP-Methode; jedes Wort, das eine ist</translation>
    </message>
    <message>
        <source>Request headers</source>
        <translation>Header der Anfrage</translation>
    </message>
    <message>
        <source>One header a line, as in “X-Trace: on”; a name may occur more than once. Those of the dialect are added.</source>
        <translation>Ein Header je Zeile, wie „X-Trace: on“; ein Name darf mehrmals vorkommen. Die des Dialekts kommen hinzu.</translation>
    </message>
    <message>
        <source>Line %1 is no header: a line is a name, a colon and a value.</source>
        <translation>Zeile %1 ist kein Header: Eine Zeile ist ein Name, ein Doppelpunkt und ein Wert.</translation>
    </message>
</context>
<context>
    <name>Retryscope::HeadersView</name>
    <message>
        <source>Headers</source>
        <translation>Header</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Request: %1 %2</source>
        <translation>Anfrage: %1 %2</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>never sent</source>
        <translation>nie gesendet</translation>
    </message>
    <message>
        <source>not sent yet</source>
        <translation>noch nicht gesendet</translation>
    </message>
    <message>
        <source>Response: none came</source>
        <translation>Antwort: keine kam</translation>
    </message>
    <message>
        <source>Response: none yet</source>
        <translation>Antwort: noch keine</translation>
    </message>
    <message>
        <source>Response: %1 %2 %3</source>
        <translation>Antwort: %1 %2 %3</translation>
    </message>
</context>
<context>
    <name>Retryscope::HelpWindow</name>
    <message>
        <source>All faults</source>
        <translation>Alle Fehler</translation>
    </message>
    <message>
        <source>| name | phase | where | on the wire | parameters |</source>
        <translation>| Name | Phase | wo | auf der Leitung | Parameter |</translation>
    </message>
    <message>
        <source>Retryscope Help</source>
        <translation>Retryscope-Hilfe</translation>
    </message>
    <message>
        <source>Help pages</source>
        <translation>Hilfeseiten</translation>
    </message>
    <message>
        <source>Help text</source>
        <translation>Hilfetext</translation>
    </message>
</context>
<context>
    <name>Retryscope::JsonEditor</name>
    <message>
        <source>Request JSON</source>
        <translation>JSON der Anfrage</translation>
    </message>
    <message>
        <source>Request body</source>
        <translation>Body der Anfrage</translation>
    </message>
    <message>
        <source>No body. Any text here is sent as it is.</source>
        <translation>Kein Body. Jeder Text hier wird gesendet, wie er ist.</translation>
    </message>
</context>
<context>
    <name>Retryscope::KeyField</name>
    <message>
        <source>Name the environment variable that holds the key.</source>
        <translation>Die Umgebungsvariable nennen, die den Schlüssel enthält.</translation>
    </message>
    <message>
        <source>This is not the name of an environment variable. To paste the key itself, choose “typed”.</source>
        <translation>Das ist kein Name einer Umgebungsvariablen. Um den Schlüssel selbst einzufügen, „getippt“ wählen.</translation>
    </message>
    <message>
        <source>The variable %1 is not set where this program was started. Set it there, or choose another source.</source>
        <translation>Die Variable %1 ist dort nicht gesetzt, wo dieses Programm gestartet wurde. Sie dort setzen oder eine andere Quelle wählen.</translation>
    </message>
    <message>
        <source>Name the file whose first line is the key.</source>
        <translation>Die Datei nennen, deren erste Zeile der Schlüssel ist.</translation>
    </message>
    <message>
        <source>The key file is no regular file.</source>
        <translation>Die Schlüsseldatei ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>The key file can be read by others, and is not used: &quot;chmod 600&quot; makes it yours alone.</source>
        <translation>Die Schlüsseldatei ist für andere lesbar und wird nicht benutzt: „chmod 600“ macht sie privat.</translation>
    </message>
    <message>
        <source>The key file cannot be read: %1.</source>
        <translation>Die Schlüsseldatei ist nicht lesbar: %1.</translation>
    </message>
    <message>
        <source>The first line of the key file is empty.</source>
        <translation>Die erste Zeile der Schlüsseldatei ist leer.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>environment variable</source>
        <translation>Umgebungsvariable</translation>
    </message>
    <message>
        <source>file</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>typed</source>
        <translation>getippt</translation>
    </message>
    <message>
        <source>Key source</source>
        <translation>Quelle des Schlüssels</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>API-Schlüssel</translation>
    </message>
    <message>
        <source>name of the variable</source>
        <translation>Name der Variablen</translation>
    </message>
    <message>
        <source>path of the file</source>
        <translation>Pfad der Datei</translation>
    </message>
    <message>
        <source>Type the key, or choose “none”.</source>
        <translation>Den Schlüssel tippen oder „keine“ wählen.</translation>
    </message>
    <message>
        <source>Where the API key comes from. No key is ever saved in a file.</source>
        <translation>Woher der API-Schlüssel kommt. Kein Schlüssel wird je in einer Datei gespeichert.</translation>
    </message>
    <message>
        <source>The desktop&apos;s keyring cannot be used: %1</source>
        <translation>Der Schlüsselbund des Desktops ist nicht benutzbar: %1</translation>
    </message>
    <message>
        <source>kept in the keyring</source>
        <translation>im Schlüsselbund</translation>
    </message>
    <message>
        <source>until the program ends</source>
        <translation>bis zum Programmende</translation>
    </message>
    <message>
        <source>the key itself</source>
        <translation>der Schlüssel selbst</translation>
    </message>
</context>
<context>
    <name>Retryscope::MainWindow</name>
    <message>
        <source>Retryscope</source>
        <translation>Retryscope</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Break it</source>
        <translation>Stören</translation>
    </message>
    <message>
        <source>Retry policy</source>
        <translation>Wiederholungsregel</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>What arrived</source>
        <translation>Was ankam</translation>
    </message>
    <message>
        <source>Nothing was sent. %1</source>
        <translation>Nichts wurde gesendet. %1</translation>
    </message>
    <message>
        <source>A run is under way in the main window: stop it there, or wait for its end.</source>
        <translation>Im Hauptfenster läuft einer: dort stoppen oder sein Ende abwarten.</translation>
    </message>
    <message>
        <source>Save trace</source>
        <translation>Aufzeichnung speichern</translation>
    </message>
    <message>
        <source>Traces (*.retrytrace *.jsonl)</source>
        <translation>Aufzeichnungen (*.retrytrace *.jsonl)</translation>
    </message>
    <message>
        <source>Save body</source>
        <translation>Body speichern</translation>
    </message>
    <message>
        <source>Open a scenario or a trace</source>
        <translation>Ein Szenario oder eine Aufzeichnung öffnen</translation>
    </message>
    <message>
        <source>Scenarios and traces (*.retryscope *.json *.retrytrace *.jsonl);;All files (*)</source>
        <translation>Szenarien und Aufzeichnungen (*.retryscope *.json *.retrytrace *.jsonl);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Save scenario</source>
        <translation>Szenario speichern</translation>
    </message>
    <message>
        <source>Scenarios (*.retryscope *.json)</source>
        <translation>Szenarien (*.retryscope *.json)</translation>
    </message>
    <message>
        <source>it is no regular file.</source>
        <translation>es ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>it is larger than 64 MiB and cannot be a scenario.</source>
        <translation>es ist größer als 64 MiB und kann kein Szenario sein.</translation>
    </message>
    <message>
        <source>line %1: </source>
        <translation>Zeile %1: </translation>
    </message>
    <message>
        <source>a run is under way. Stop it first, or wait for its end.</source>
        <translation>ein Lauf ist im Gange. Ihn erst stoppen oder sein Ende abwarten.</translation>
    </message>
    <message>
        <source>%1 was not written: %2</source>
        <translation>%1 wurde nicht geschrieben: %2</translation>
    </message>
    <message>
        <source>%1 takes no more than %L2 characters: the rest of what was pasted is not there.</source>
        <translation>%1 nimmt nicht mehr als %L2 Zeichen: Der Rest des Eingefügten ist nicht da.</translation>
    </message>
    <message>
        <source>A file is being written; the window closes when it is there. Close it once more to give the file up.</source>
        <translation>Eine Datei wird geschrieben; das Fenster schließt sich, wenn sie da ist. Schließen Sie es noch einmal, um die Datei aufzugeben.</translation>
    </message>
</context>
<context>
    <name>Retryscope::MessageBar</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close message</source>
        <translation>Meldung schließen</translation>
    </message>
</context>
<context>
    <name>Retryscope::ParameterFields</name>
    <message>
        <source>%1: a number such as 0.7 belongs here. It is sent as typed.</source>
        <translation>%1: Hierher gehört eine Zahl wie 0.7. Gesendet wird, was dasteht.</translation>
    </message>
    <message>
        <source>%1: a whole number such as 256 belongs here. It is sent as typed.</source>
        <translation>%1: Hierher gehört eine ganze Zahl wie 256. Gesendet wird, was dasteht.</translation>
    </message>
    <message>
        <source>%1: a word belongs here. It is sent as it stands in the JSON.</source>
        <translation>%1: Hierher gehört ein Wort. Gesendet wird, was im JSON steht.</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>What else the request says: temperature, the longest answer</source>
        <translation>Was die Anfrage sonst sagt: Temperatur, längste Antwort</translation>
    </message>
    <message>
        <source>Parameter %1</source>
        <translation>Parameter %1</translation>
    </message>
    <message>
        <source>“%1” in the JSON</source>
        <translation>„%1“ im JSON</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>nicht gesendet</translation>
    </message>
    <message>
        <source>Parameter&amp;s</source>
        <translation>Paramete&amp;r</translation>
    </message>
    <message numerus="yes">
        <source>Parameter&amp;s: %n set</source>
        <translation>
            <numerusform>Paramete&amp;r: %n gesetzt</numerusform>
            <numerusform>Paramete&amp;r: %n gesetzt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::PolicyEditor</name>
    <message>
        <source>Retries</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>First wait</source>
        <translation>Erste Wartezeit</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> ms</translation>
    </message>
    <message>
        <source>Longest wait</source>
        <translation>Längste Wartezeit</translation>
    </message>
    <message>
        <source>Jitter</source>
        <translation>Streuung</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Retries after the first attempt</source>
        <translation>Wiederholungen nach dem ersten Versuch</translation>
    </message>
    <message>
        <source>Base of the first wait; each further base is twice as long</source>
        <translation>Grundwert der ersten Wartezeit; jeder weitere ist doppelt so lang</translation>
    </message>
    <message>
        <source>No wait is longer, jitter included</source>
        <translation>Keine Wartezeit ist länger, auch mit Streuung</translation>
    </message>
    <message>
        <source>How far a wait may be drawn from its base, to either side</source>
        <translation>Wie weit eine Wartezeit nach beiden Seiten von ihrem Grundwert abweichen darf</translation>
    </message>
    <message>
        <source>Re&amp;tries</source>
        <translation>Wiederhol&amp;ungen</translation>
    </message>
    <message>
        <source>F&amp;irst wait</source>
        <translation>Erste Warteze&amp;it</translation>
    </message>
    <message>
        <source>&amp;Jitter</source>
        <translation>Streuun&amp;g</translation>
    </message>
    <message>
        <source>Lon&amp;gest wait</source>
        <translation>Längste Warte&amp;zeit</translation>
    </message>
</context>
<context>
    <name>Retryscope::QtErrorView</name>
    <message>
        <source>  %1  %2</source>
        <translation>  %1  %2</translation>
    </message>
    <message>
        <source>Attempt %1 is not over.</source>
        <translation>Versuch %1 ist nicht vorbei.</translation>
    </message>
    <message>
        <source>Attempt %1: QNetworkReply::NoError (0), status %2</source>
        <translation>Versuch %1: QNetworkReply::NoError (0), Status %2</translation>
    </message>
    <message>
        <source>Attempt %1: Qt itself reported no error. %2</source>
        <translation>Versuch %1: Qt selbst meldete keinen Fehler. %2</translation>
    </message>
    <message>
        <source>Attempt %1: QNetworkReply::%2 (%3)</source>
        <translation>Versuch %1: QNetworkReply::%2 (%3)</translation>
    </message>
    <message>
        <source>errorString(): “%1”</source>
        <translation>errorString(): „%1“</translation>
    </message>
    <message>
        <source>What it means: %1</source>
        <translation>Was das heißt: %1</translation>
    </message>
    <message>
        <source>A program that posts a QByteArray sees RemoteHostClosedError (2) instead, after Qt has sent the request up to four times on its own. Here the body can be sent only once, so that one attempt is one request.</source>
        <translation>Ein Programm, das ein QByteArray schickt, sieht stattdessen RemoteHostClosedError (2), nachdem Qt die Anfrage von selbst bis zu viermal gesendet hat. Hier kann der Body nur einmal gesendet werden, sodass ein Versuch eine Anfrage ist.</translation>
    </message>
    <message>
        <source>This was simulated (%1); the error is the one the real fault gives.</source>
        <translation>Das war simuliert (%1); der Fehler ist der, den der echte ergibt.</translation>
    </message>
    <message>
        <source>Signals of the reply, in order:</source>
        <translation>Signale der Antwort, der Reihe nach:</translation>
    </message>
    <message>
        <source>To handle it:</source>
        <translation>So geht man damit um:</translation>
    </message>
    <message>
        <source>Qt error</source>
        <translation>Qt-Fehler</translation>
    </message>
</context>
<context>
    <name>Retryscope::RawView</name>
    <message>
        <source>Raw body</source>
        <translation>Roher Body</translation>
    </message>
    <message>
        <source>There are no bytes: none arrived, or this is a saved trace, which holds events and not the body.</source>
        <translation>Es gibt keine Bytes: Keine kamen an, oder das ist eine gespeicherte Aufzeichnung, die Ereignisse enthält und nicht den Body.</translation>
    </message>
    <message>
        <source>No bytes have arrived yet.</source>
        <translation>Noch sind keine Bytes angekommen.</translation>
    </message>
    <message>
        <source>Byte %1 of %2. Row: %3, %4</source>
        <translation>Byte %1 von %2. Zeile: %3, %4</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>(%1 bytes more are selected)</source>
        <translation>(%1 weitere Bytes sind ausgewählt)</translation>
    </message>
</context>
<context>
    <name>Retryscope::RepeatModel</name>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Gesendet</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>Ursache</translation>
    </message>
</context>
<context>
    <name>Retryscope::RepeatWindow</name>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Ausführen</translation>
    </message>
    <message>
        <source>Run many times</source>
        <translation>Viele Male ausführen</translation>
    </message>
    <message>
        <source>Start from the first run (Ctrl+Return)</source>
        <translation>Vom ersten Lauf an beginnen (Strg+Eingabe)</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Pause behind the run that is under way</source>
        <translation>Nach dem laufenden Lauf pausieren</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>S&amp;topp</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>End it, the run under way too (Esc)</source>
        <translation>Beenden, auch den laufenden Lauf (Esc)</translation>
    </message>
    <message>
        <source>Only what &amp;failed</source>
        <translation>Nur &amp;Gescheitertes</translation>
    </message>
    <message>
        <source>&amp;Copy table</source>
        <translation>&amp;Tabelle kopieren</translation>
    </message>
    <message>
        <source>Copy table</source>
        <translation>Tabelle kopieren</translation>
    </message>
    <message>
        <source>Copy the table, with tabs between</source>
        <translation>Die Tabelle kopieren, mit Tabulatoren dazwischen</translation>
    </message>
    <message>
        <source>Run this one &amp;again</source>
        <translation>Diesen &amp;wiederholen</translation>
    </message>
    <message>
        <source>Run this one again</source>
        <translation>Diesen wiederholen</translation>
    </message>
    <message>
        <source>The same run with the same seed, in the main window (Return)</source>
        <translation>Derselbe Lauf mit demselben Startwert, im Hauptfenster (Eingabe)</translation>
    </message>
    <message>
        <source>Number of runs</source>
        <translation>Anzahl der Läufe</translation>
    </message>
    <message>
        <source>From 1 to %1, one after the other, each with the next seed</source>
        <translation>Von 1 bis %1, einer nach dem anderen, jeder mit dem nächsten Startwert</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>as they ran</source>
        <translation>wie sie liefen</translation>
    </message>
    <message>
        <source>slowest first</source>
        <translation>die langsamsten zuerst</translation>
    </message>
    <message>
        <source>by verdict</source>
        <translation>nach Urteil</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Only what failed</source>
        <translation>Nur Gescheitertes</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>&amp;Number of runs</source>
        <translation>A&amp;nzahl der Läufe</translation>
    </message>
    <message>
        <source>&amp;Order</source>
        <translation>&amp;Reihenfolge</translation>
    </message>
    <message>
        <source>It ended early: %1</source>
        <translation>Es endete früher: %1</translation>
    </message>
    <message>
        <source>Nothing was sent. %1</source>
        <translation>Nichts wurde gesendet. %1</translation>
    </message>
    <message>
        <source>Runs the request of the main window that often, and counts.</source>
        <translation>Führt die Anfrage des Hauptfensters so oft aus und zählt.</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>%v of %m</source>
        <translation>%v von %m</translation>
    </message>
    <message>
        <source>%v of %m, pausing behind this run</source>
        <translation>%v von %m, Pause nach diesem Lauf</translation>
    </message>
    <message>
        <source>%v of %m, paused</source>
        <translation>%v von %m, pausiert</translation>
    </message>
    <message>
        <source>%v of %m, stopping</source>
        <translation>%v von %m, hält an</translation>
    </message>
</context>
<context>
    <name>Retryscope::RepeatWords</name>
    <message>
        <source>complete</source>
        <translation>vollständig</translation>
    </message>
    <message>
        <source>truncated</source>
        <translation>abgeschnitten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>HTTP error</source>
        <translation>HTTP-Fehler</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>timeout</source>
        <translation>Zeit abgelaufen</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>not sent</source>
        <translation>nicht gesendet</translation>
    </message>
    <message>
        <source>%1 %2 (%3 %)</source>
        <translation>%1 %2 (%3 %)</translation>
    </message>
    <message>
        <source>Runs: %1. Of these %2. Durations: p50 %3, p90 %4, p99 %5. Attempts: %6. Requests sent: %7.</source>
        <translation>Läufe: %1. Davon %2. Dauern: p50 %3, p90 %4, p99 %5. Versuche: %6. Gesendete Anfragen: %7.</translation>
    </message>
    <message>
        <source>No runs yet.</source>
        <translation>Noch keine Läufe.</translation>
    </message>
</context>
<context>
    <name>Retryscope::RequestDocument</name>
    <message>
        <source>Line %1, column %2: </source>
        <translation>Zeile %1, Spalte %2: </translation>
    </message>
    <message>
        <source>The request is empty. It must be a JSON object, {…}.</source>
        <translation>Die Anfrage ist leer. Sie muss ein JSON-Objekt sein, {…}.</translation>
    </message>
    <message>
        <source>this is not JSON: %1.</source>
        <translation>das ist kein JSON: %1.</translation>
    </message>
    <message>
        <source>The request must be a JSON object, {…}, not a list.</source>
        <translation>Die Anfrage muss ein JSON-Objekt sein, {…}, keine Liste.</translation>
    </message>
</context>
<context>
    <name>Retryscope::RequestForm</name>
    <message>
        <source>System prompt</source>
        <translation>System-Prompt</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Stream the ans&amp;wer</source>
        <translation>An&amp;twort streamen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Stream</source>
        <translation>Stream</translation>
    </message>
    <message>
        <source>Ask for the answer token by token, as server-sent events</source>
        <translation>Die Antwort Token für Token verlangen, als Server-Sent Events</translation>
    </message>
    <message>
        <source>M&amp;odel</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>S&amp;ystem</source>
        <translation>S&amp;ystem</translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation>&amp;Nachricht</translation>
    </message>
    <message>
        <source>The JSON of this request has a mistake. Mend it on the JSON tab, then it can be edited here again.</source>
        <translation>Das JSON dieser Anfrage hat einen Fehler. Ist er auf der Seite JSON behoben, kann sie hier wieder bearbeitet werden.</translation>
    </message>
    <message>
        <source>This request holds more than the form can show. Edit it on the JSON tab.</source>
        <translation>Diese Anfrage enthält mehr, als das Formular zeigen kann. Auf der Seite JSON bearbeiten.</translation>
    </message>
    <message numerus="yes">
        <source>%n earlier messages are kept; see the JSON tab.</source>
        <translation>
            <numerusform>%n frühere Nachricht bleibt erhalten; siehe die Seite JSON.</numerusform>
            <numerusform>%n frühere Nachrichten bleiben erhalten; siehe die Seite JSON.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::RequestPane</name>
    <message>
        <source>Request view</source>
        <translation>Ansicht der Anfrage</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>Header</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>Body</translation>
    </message>
</context>
<context>
    <name>Retryscope::ResponsePane</name>
    <message>
        <source>Answer view</source>
        <translation>Ansicht der Antwort</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Raw</source>
        <translation>Roh</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>Header</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Qt error</source>
        <translation>Qt-Fehler</translation>
    </message>
    <message>
        <source>Nothing has arrived yet.</source>
        <translation>Noch ist nichts angekommen.</translation>
    </message>
    <message>
        <source>attempt %1</source>
        <translation>Versuch %1</translation>
    </message>
    <message numerus="yes">
        <source>%n events</source>
        <translation>
            <numerusform>%n Ereignis</numerusform>
            <numerusform>%n Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>erstes Token %1</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>%1 deltas/s</source>
        <translation>%1 Deltas/s</translation>
    </message>
    <message>
        <source>longest gap %1</source>
        <translation>längste Pause %1</translation>
    </message>
    <message>
        <source>body %1</source>
        <translation>Body %1</translation>
    </message>
    <message>
        <source>%1. The events stay in memory.</source>
        <translation>%1. Die Ereignisse bleiben im Speicher.</translation>
    </message>
    <message>
        <source>simulated: %1</source>
        <translation>simuliert: %1</translation>
    </message>
</context>
<context>
    <name>Retryscope::RunView</name>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop the run (Esc)</source>
        <translation>Den Lauf stoppen (Esc)</translation>
    </message>
    <message>
        <source>Retry now</source>
        <translation>Jetzt wiederholen</translation>
    </message>
    <message>
        <source>End the wait now (Ctrl+Shift+Return)</source>
        <translation>Das Warten jetzt beenden (Strg+Umschalt+Eingabe)</translation>
    </message>
    <message>
        <source>Copy Qt error</source>
        <translation>Qt-Fehler kopieren</translation>
    </message>
    <message>
        <source>Copy what your own program would see</source>
        <translation>Kopieren, was ein eigenes Programm sähe</translation>
    </message>
    <message>
        <source>Nothing has been sent. Press Ctrl+Return to send.</source>
        <translation>Noch wurde nichts gesendet. Strg+Eingabe sendet.</translation>
    </message>
    <message>
        <source>No verdict: the trace ends before the run does.</source>
        <translation>Kein Urteil: Die Aufzeichnung endet vor dem Lauf.</translation>
    </message>
    <message>
        <source>The trace is being read.</source>
        <translation>Die Aufzeichnung wird gelesen.</translation>
    </message>
    <message>
        <source>Show certificate</source>
        <translation>Zertifikat zeigen</translation>
    </message>
    <message>
        <source>The chain as it came, with what is wrong marked in it</source>
        <translation>Die Kette, wie sie kam, mit dem Fehler darin</translation>
    </message>
    <message>
        <source>Counters</source>
        <translation>Zähler</translation>
    </message>
    <message>
        <source>What was asked for : how often it was tried : how often the request left this machine, copies that Qt sent on its own included</source>
        <translation>Was verlangt wurde : wie oft es versucht wurde : wie oft die Anfrage diesen Rechner verließ, samt Kopien, die Qt von sich aus sandte</translation>
    </message>
    <message>
        <source>1 request</source>
        <translation>1 Anfrage</translation>
    </message>
    <message numerus="yes">
        <source>%n attempts</source>
        <translation>
            <numerusform>%n Versuch</numerusform>
            <numerusform>%n Versuche</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n on the wire</source>
        <translation>
            <numerusform>%n gesendet</numerusform>
            <numerusform>%n gesendet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Retryscope::Session</name>
    <message>
        <source>What was remembered from last time could not be read (%1). It was kept as %2.</source>
        <translation>Was vom letzten Mal gemerkt war, konnte nicht gelesen werden (%1). Es wurde als %2 aufgehoben.</translation>
    </message>
    <message>
        <source>What you type cannot be remembered: %1 could not be written (%2).</source>
        <translation>Was getippt wird, kann nicht gemerkt werden: %1 war nicht zu schreiben (%2).</translation>
    </message>
</context>
<context>
    <name>Retryscope::Settings</name>
    <message>
        <source>There is no font, so that no text can be shown. Install one and start again; on Debian: apt-get install fonts-dejavu-core</source>
        <translation>Es gibt keine Schrift, sodass kein Text gezeigt werden kann. Installieren Sie eine und starten Sie noch einmal; unter Debian: apt-get install fonts-dejavu-core</translation>
    </message>
</context>
<context>
    <name>Retryscope::SettingsWindow</name>
    <message>
        <source> pt</source>
        <translation> pt</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source> MiB</source>
        <translation> MiB</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>The colours of the window</source>
        <translation>Die Farben des Fensters</translation>
    </message>
    <message>
        <source>&amp;Font size</source>
        <translation>&amp;Schriftgröße</translation>
    </message>
    <message>
        <source>Of all text in the window</source>
        <translation>Allen Textes im Fenster</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>S&amp;prache</translation>
    </message>
    <message>
        <source>Of the window, from its next start on</source>
        <translation>Des Fensters, von seinem nächsten Start an</translation>
    </message>
    <message>
        <source>&amp;Memory for a run</source>
        <translation>S&amp;peicher für einen Lauf</translation>
    </message>
    <message>
        <source>So much of a body, and of its events, is kept in memory; more goes to a temporary file that ends with the run. From the next run on.</source>
        <translation>So viel eines Bodys und seiner Ereignisse bleibt im Speicher; mehr kommt in eine temporäre Datei, die mit dem Lauf endet. Vom nächsten Lauf an.</translation>
    </message>
    <message>
        <source>&amp;Body kept</source>
        <translation>Aufgehobener &amp;Body</translation>
    </message>
    <message>
        <source>What is beyond is read and judged, but cannot be shown or saved. From the next run on.</source>
        <translation>Was darüber ist, wird gelesen und beurteilt, kann aber nicht gezeigt oder gespeichert werden. Vom nächsten Lauf an.</translation>
    </message>
</context>
<context>
    <name>Retryscope::ShortcutsWindow</name>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Find an action or a key</source>
        <translation>Eine Aktion oder Taste suchen</translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
</context>
<context>
    <name>Retryscope::TextEdit</name>
    <message>
        <source>What was pasted is too long to be edited here (%1; %L2 characters at most, %L3 a line), and nothing was changed. Write it into a scenario&apos;s file, and open that.</source>
        <translation>Was eingefügt wurde, ist zu lang, um es hier zu bearbeiten (%1; höchstens %L2 Zeichen, %L3 je Zeile), und nichts wurde geändert. Es in die Datei eines Szenarios schreiben und die öffnen.</translation>
    </message>
</context>
<context>
    <name>Retryscope::TextView</name>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>&amp;Alles auswählen</translation>
    </message>
</context>
<context>
    <name>Retryscope::TimelineHeader</name>
    <message>
        <source>Axis of time</source>
        <translation>Zeitachse</translation>
    </message>
</context>
<context>
    <name>Retryscope::TimelineLegend</name>
    <message>
        <source>Legend</source>
        <translation>Legende</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>wait before a retry</source>
        <translation>Warten vor einer Wiederholung</translation>
    </message>
    <message>
        <source>simulated</source>
        <translation>simuliert</translation>
    </message>
    <message>
        <source>stream event</source>
        <translation>Stream-Ereignis</translation>
    </message>
</context>
<context>
    <name>Retryscope::TimelineRows</name>
    <message>
        <source>Attempts and waits</source>
        <translation>Versuche und Wartezeiten</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
</context>
<context>
    <name>Retryscope::TimelineView</name>
    <message>
        <source>Attempt 3  certificate expired</source>
        <translation>Versuch 3  Zertifikat abgelaufen</translation>
    </message>
    <message>
        <source>Retry timeline</source>
        <translation>Zeitleiste der Wiederholungen</translation>
    </message>
    <message>
        <source>Press Ctrl+Return to send. Every attempt and every wait appears here.</source>
        <translation>Strg+Eingabe sendet. Jeder Versuch und jede Wartezeit erscheint hier.</translation>
    </message>
</context>
<context>
    <name>Retryscope::TimelineWords</name>
    <message>
        <source>certificate not yet valid</source>
        <translation>Zertifikat noch nicht gültig</translation>
    </message>
    <message>
        <source>certificate expired</source>
        <translation>Zertifikat abgelaufen</translation>
    </message>
    <message>
        <source>self-signed certificate</source>
        <translation>selbst signiertes Zertifikat</translation>
    </message>
    <message>
        <source>certificate of another host</source>
        <translation>Zertifikat eines anderen Hosts</translation>
    </message>
    <message>
        <source>certificate not accepted</source>
        <translation>Zertifikat nicht angenommen</translation>
    </message>
    <message>
        <source>connection refused</source>
        <translation>Verbindung abgelehnt</translation>
    </message>
    <message>
        <source>no connection</source>
        <translation>keine Verbindung</translation>
    </message>
    <message>
        <source>connect timeout</source>
        <translation>Verbindungszeit abgelaufen</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>keine Antwort in der Zeit</translation>
    </message>
    <message>
        <source>total time used up</source>
        <translation>Gesamtzeit aufgebraucht</translation>
    </message>
    <message>
        <source>answer stalled</source>
        <translation>Antwort blieb stehen</translation>
    </message>
    <message>
        <source>failed in DNS after %1</source>
        <translation>in DNS gescheitert nach %1</translation>
    </message>
    <message>
        <source>failed in TCP after %1</source>
        <translation>in TCP gescheitert nach %1</translation>
    </message>
    <message>
        <source>failed in TLS after %1</source>
        <translation>in TLS gescheitert nach %1</translation>
    </message>
    <message>
        <source>failed while sending after %1</source>
        <translation>beim Senden gescheitert nach %1</translation>
    </message>
    <message>
        <source>failed before the status line after %1</source>
        <translation>vor der Statuszeile gescheitert nach %1</translation>
    </message>
    <message>
        <source>failed in the answer after %1</source>
        <translation>in der Antwort gescheitert nach %1</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>less than a millisecond</source>
        <translation>weniger als eine Millisekunde</translation>
    </message>
    <message numerus="yes">
        <source>%n milliseconds</source>
        <translation>
            <numerusform>%n Millisekunde</numerusform>
            <numerusform>%n Millisekunden</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 seconds</source>
        <translation>%1 Sekunden</translation>
    </message>
    <message>
        <source>name not found</source>
        <translation>Name nicht gefunden</translation>
    </message>
    <message>
        <source>TLS failed</source>
        <translation>TLS gescheitert</translation>
    </message>
    <message>
        <source>connection lost</source>
        <translation>Verbindung verloren</translation>
    </message>
    <message>
        <source>HTTP/2 stream refused</source>
        <translation>HTTP/2-Stream abgelehnt</translation>
    </message>
    <message>
        <source>proxy failed</source>
        <translation>Proxy gescheitert</translation>
    </message>
    <message>
        <source>timeout</source>
        <translation>Zeit abgelaufen</translation>
    </message>
    <message>
        <source>could not be sent</source>
        <translation>konnte nicht gesendet werden</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>answer broken off</source>
        <translation>Antwort abgebrochen</translation>
    </message>
    <message>
        <source>DNS</source>
        <translation>DNS</translation>
    </message>
    <message>
        <source>TCP</source>
        <translation>TCP</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>Warten</translation>
    </message>
    <message>
        <source>answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>looking up the name</source>
        <translation>beim Auflösen des Namens</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>beim Verbinden</translation>
    </message>
    <message>
        <source>in the TLS handshake</source>
        <translation>im TLS-Handshake</translation>
    </message>
    <message>
        <source>sending the request</source>
        <translation>beim Senden der Anfrage</translation>
    </message>
    <message>
        <source>waiting for the answer</source>
        <translation>beim Warten auf die Antwort</translation>
    </message>
    <message>
        <source>receiving the answer</source>
        <translation>beim Empfangen der Antwort</translation>
    </message>
    <message>
        <source>%1 %2%3 %</source>
        <translation>%1 %2%3 %</translation>
    </message>
    <message>
        <source>Retried because of “%1”. The policy&apos;s wait of %2 became %3 by jitter.</source>
        <translation>Wiederholt wegen „%1“. Aus der Wartezeit %2 der Regel wurden durch Streuung %3.</translation>
    </message>
    <message>
        <source>Attempt %1</source>
        <translation>Versuch %1</translation>
    </message>
    <message>
        <source>waited %1, cut short</source>
        <translation>%1 gewartet, abgekürzt</translation>
    </message>
    <message>
        <source>waited %1</source>
        <translation>%1 gewartet</translation>
    </message>
    <message>
        <source>retry in %1 s</source>
        <translation>Wiederholung in %1 s</translation>
    </message>
    <message>
        <source>HTTP %1</source>
        <translation>HTTP %1</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>%1, after %2</source>
        <translation>%1, nach %2</translation>
    </message>
    <message>
        <source>failed after %1</source>
        <translation>gescheitert nach %1</translation>
    </message>
    <message>
        <source>Waiting %1 before attempt %2, because of: %3</source>
        <translation>Warten, %1, vor Versuch %2, wegen: %3</translation>
    </message>
    <message>
        <source>Waited %1 before attempt %2, because of: %3</source>
        <translation>%1 gewartet vor Versuch %2, wegen: %3</translation>
    </message>
    <message>
        <source>%1, %2 after %3</source>
        <translation>%1, %2 nach %3</translation>
    </message>
    <message>
        <source>%1, answered with status %2 after %3</source>
        <translation>%1, mit Status %2 beantwortet nach %3</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1, simulated</source>
        <translation>%1, simuliert</translation>
    </message>
    <message>
        <source>%1, then waited %2</source>
        <translation>%1, dann %2 gewartet</translation>
    </message>
    <message>
        <source>%1, now waiting %2</source>
        <translation>%1, wartet jetzt %2</translation>
    </message>
    <message>
        <source>It ended early, by “Retry now” or by a stop.</source>
        <translation>Es endete früher, durch „Jetzt wiederholen“ oder einen Stopp.</translation>
    </message>
    <message>
        <source>%1: from %2, for %3</source>
        <translation>%1: ab %2, für %3</translation>
    </message>
    <message numerus="yes">
        <source>%n stream events</source>
        <translation>
            <numerusform>%n Stream-Ereignis</numerusform>
            <numerusform>%n Stream-Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>Qt sent the request again on its own at %1</source>
        <translation>Qt sendete die Anfrage von selbst noch einmal bei %1</translation>
    </message>
    <message>
        <source>Simulated: %1</source>
        <translation>Simuliert: %1</translation>
    </message>
    <message>
        <source>Starting.</source>
        <translation>Es beginnt.</translation>
    </message>
    <message>
        <source>Attempt %1 failed: %2. Attempt %3 follows in %4 s.</source>
        <translation>Versuch %1 gescheitert: %2. Versuch %3 folgt in %4 s.</translation>
    </message>
    <message>
        <source>Attempt %1 is %2.</source>
        <translation>Versuch %1 ist %2.</translation>
    </message>
    <message>
        <source>Attempt %1 begins.</source>
        <translation>Versuch %1 beginnt.</translation>
    </message>
</context>
<context>
    <name>Retryscope::TlsView</name>
    <message>
        <source>No TLS: the endpoint is plain http, and everything can be read on the way.</source>
        <translation>Kein TLS: Der Endpunkt ist reines http, und alles kann unterwegs gelesen werden.</translation>
    </message>
    <message>
        <source>No certificate yet.</source>
        <translation>Noch kein Zertifikat.</translation>
    </message>
    <message>
        <source>No certificate came: the attempt did not get as far.</source>
        <translation>Kein Zertifikat kam: Der Versuch kam nicht so weit.</translation>
    </message>
    <message>
        <source>The connection was made by an attempt before, which shows its handshake.</source>
        <translation>Die Verbindung stammt von einem früheren Versuch, der ihren Handshake zeigt.</translation>
    </message>
    <message>
        <source>ALPN %1</source>
        <translation>ALPN %1</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>The certificate was not accepted.</source>
        <translation>Das Zertifikat wurde nicht angenommen.</translation>
    </message>
    <message>
        <source>✗ %1</source>
        <translation>✗ %1</translation>
    </message>
    <message>
        <source>%1. The server&apos;s own: %2</source>
        <translation>%1. Das des Servers: %2</translation>
    </message>
    <message>
        <source>%1. Issued by: %2</source>
        <translation>%1. Ausgestellt von: %2</translation>
    </message>
    <message>
        <source>(without a name)</source>
        <translation>(ohne Namen)</translation>
    </message>
    <message>
        <source>✗ %1 – %2</source>
        <translation>✗ %1 – %2</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>Namen</translation>
    </message>
    <message>
        <source>Issuer</source>
        <translation>Aussteller</translation>
    </message>
    <message>
        <source>Valid</source>
        <translation>Gültig</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
</context>
<context>
    <name>Retryscope::ToolsField</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Functions that the model may ask for</source>
        <translation>Funktionen, nach denen das Modell fragen darf</translation>
    </message>
    <message>
        <source>List of tools</source>
        <translation>Liste der Werkzeuge</translation>
    </message>
    <message>
        <source>A list as this dialect writes it, […]</source>
        <translation>Eine Liste, wie dieser Dialekt sie schreibt, […]</translation>
    </message>
    <message>
        <source>E&amp;xample</source>
        <translation>&amp;Beispiel</translation>
    </message>
    <message>
        <source>Example of a tool</source>
        <translation>Beispiel eines Werkzeugs</translation>
    </message>
    <message>
        <source>Add a tool to begin with, as this dialect writes it</source>
        <translation>Ein Werkzeug für den Anfang hinzufügen, wie dieser Dialekt es schreibt</translation>
    </message>
    <message numerus="yes">
        <source>Tools: %n set</source>
        <translation>
            <numerusform>Werkzeuge: %n gesetzt</numerusform>
            <numerusform>Werkzeuge: %n gesetzt</numerusform>
        </translation>
    </message>
    <message>
        <source>The tools must be a list, […].</source>
        <translation>Die Werkzeuge müssen eine Liste sein, […].</translation>
    </message>
</context>
<context>
    <name>Retryscope::TraceFile</name>
    <message>
        <source>the temporary file with the older events is damaged</source>
        <translation>die temporäre Datei mit den älteren Ereignissen ist beschädigt</translation>
    </message>
    <message>
        <source>the temporary file with the body is damaged</source>
        <translation>die temporäre Datei mit dem Body ist beschädigt</translation>
    </message>
</context>
<context>
    <name>Retryscope::VerdictLine</name>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
</context>
<context>
    <name>Retryscope::WaitPreview</name>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 to %2 %3</source>
        <translation>%1 bis %2 %3</translation>
    </message>
    <message>
        <source>Next waits</source>
        <translation>Nächste Wartezeiten</translation>
    </message>
    <message>
        <source>No retries: the first failure is final.</source>
        <translation>Keine Wiederholungen: Der erste Fehler ist endgültig.</translation>
    </message>
    <message>
        <source>Next waits: %1</source>
        <translation>Nächste Wartezeiten: %1</translation>
    </message>
    <message numerus="yes">
        <source>; and %n more</source>
        <translation>
            <numerusform>; und %n weitere</numerusform>
            <numerusform>; und %n weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>und %n weitere</numerusform>
            <numerusform>und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>wait %1</source>
        <translation>Warten %1</translation>
    </message>
</context>
</TS>

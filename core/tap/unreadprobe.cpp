// SPDX-License-Identifier: MIT
#include "core/tap/unreadprobe_p.h"

#if defined(Q_OS_LINUX)
#    include <linux/inet_diag.h>
#    include <linux/netlink.h>
#    include <linux/sock_diag.h>
#    include <linux/sockios.h>
#    include <netinet/in.h>
#    include <sys/ioctl.h>
#    include <sys/socket.h>
#    include <unistd.h>

#    include <array>
#    include <cerrno>
#    include <cstring>
#endif

namespace Retryscope {

#if defined(Q_OS_LINUX)

namespace {

struct Question
{
    nlmsghdr header;
    inet_diag_req_v2 request;
};

struct Ends
{
    sockaddr_in near{};
    sockaddr_in far{};
};

std::optional<Ends> endsOf(int descriptor)
{
    Ends ends;
    socklen_t size = sizeof ends.near;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr *>(&ends.near), &size) != 0
        || ends.near.sin_family != AF_INET)
        return std::nullopt;
    size = sizeof ends.far;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr *>(&ends.far), &size) != 0)
        return std::nullopt;
    return ends;
}

//! For the far end's socket: its source is our destination.
Question questionAbout(const Ends &ends)
{
    Question question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    inet_diag_req_v2 &request = question.request;
    request.sdiag_family = AF_INET;
    request.sdiag_protocol = IPPROTO_TCP;
    request.idiag_states = ~0U;
    request.id.idiag_sport = ends.far.sin_port;
    request.id.idiag_dport = ends.near.sin_port;
    request.id.idiag_src[0] = ends.far.sin_addr.s_addr;
    request.id.idiag_dst[0] = ends.near.sin_addr.s_addr;
    request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return question;
}

std::optional<qint64> receiveQueue(int netlink)
{
    alignas(nlmsghdr) std::array<char, 4096> answer{};
    const ssize_t size = ::recv(netlink, answer.data(), answer.size(), MSG_DONTWAIT);
    if (size < static_cast<ssize_t>(sizeof(nlmsghdr)))
        return std::nullopt;
    nlmsghdr header{};
    std::memcpy(&header, answer.data(), sizeof header);
    const char *body = answer.data() + NLMSG_HDRLEN;
    const size_t bodySize = static_cast<size_t>(size) - NLMSG_HDRLEN;
    if (header.nlmsg_type == NLMSG_ERROR && bodySize >= sizeof(nlmsgerr)) {
        nlmsgerr error{};
        std::memcpy(&error, body, sizeof error);
        return error.error == -ENOENT ? std::optional<qint64>(0) : std::nullopt;
    }
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || bodySize < sizeof(inet_diag_msg))
        return std::nullopt;
    inet_diag_msg message{};
    std::memcpy(&message, body, sizeof message);
    return message.idiag_rqueue;
}

} // namespace

UnreadProbe::UnreadProbe()
    : m_netlink(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG))
{}

UnreadProbe::~UnreadProbe()
{
    if (m_netlink >= 0)
        ::close(m_netlink);
}

std::optional<qint64> UnreadProbe::unread(int descriptor)
{
    int inFlight = 0;
    const std::optional<Ends> ends = endsOf(descriptor);
    if (m_netlink < 0 || !ends || ::ioctl(descriptor, SIOCOUTQ, &inFlight) != 0)
        return std::nullopt;
    const Question question = questionAbout(*ends);
    if (::send(m_netlink, &question, sizeof question, 0) != sizeof question)
        return std::nullopt;
    const std::optional<qint64> received = receiveQueue(m_netlink);
    if (!received)
        return std::nullopt;
    return *received + inFlight;
}

#else

UnreadProbe::UnreadProbe() = default;
UnreadProbe::~UnreadProbe() = default;

std::optional<qint64> UnreadProbe::unread(int)
{
    return std::nullopt;
}

#endif

} // namespace Retryscope

import Hummingbird
import Logging
import NIOCore

/// What Hummingbird hands over with a request: where it comes from. No coder is made for it.
struct APIContext: InitializableFromSource {
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        remoteAddress = source.channel.remoteAddress
    }
}

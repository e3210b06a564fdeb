import NIOCore
import NIOHTTP2

/// Tells both handlers of a connection which streams there are.
struct StreamWatch: NIOHTTP2StreamDelegate {
    let manager: NIOHTTP2ServerConnectionManagementHandler.HTTP2StreamDelegate
    let keeper: NIOLoopBound<StreamKeeper>

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        manager.streamCreated(id, channel: channel)
        keeper.value.streamOpened()
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        manager.streamClosed(id, channel: channel)
        keeper.value.streamClosed()
    }
}

import HummingbirdCore
import NIOCore

/// An accepted connection, on which handlers of the pipeline do all the work.
struct OpenConnection: ServerChildChannelValue {
    let channel: any Channel

    /// Returns when the connection is closed; cancelling closes it.
    func untilClosed() async {
        await withTaskCancellationHandler {
            // How it ended does not matter here.
            try? await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}

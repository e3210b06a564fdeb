import NIOPosix

/// Looks at files at intervals, and at once on request.
struct FileWatch: Sendable {
    /// Where looking may block.
    let pool: NIOThreadPool
    /// Yields when the files are to be looked at now.
    let requests: AsyncStream<Void>
    let interval: Duration

    /// Runs until it is cancelled. One look ends before the next begins.
    func run(_ look: @escaping @Sendable (_ isAsked: Bool) -> Void) async {
        let looks = AsyncStream.makeStream(of: Bool.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: interval)) != nil { looks.continuation.yield(false) }
            }
            group.addTask {
                for await _ in requests { looks.continuation.yield(true) }
            }
            for await isAsked in looks.stream {
                // Without threads the server is about to stop.
                try? await pool.runIfActive { look(isAsked) }
            }
        }
    }
}

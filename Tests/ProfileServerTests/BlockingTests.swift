import Foundation
import Synchronization
import Testing

/// Runs tests that wait for programs on threads which may be blocked.
///
/// Otherwise they would block the threads that all tests share, of which there is one for each core: few tests would run at
/// a time, and the others' time limits would pass meanwhile.
struct BlockingTests: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(BlockedThreads.shared) { try await function() }
    }
}

extension Trait where Self == BlockingTests {
    /// Tests of the suite block their threads.
    static var blocking: BlockingTests { BlockingTests() }
}

/// A few threads that run what is waiting, in its order.
private final class BlockedThreads: TaskExecutor {
    /// Tests that run at the same time: each has one or two programs, of which most wait, too.
    static let shared = BlockedThreads(count: 4)

    private let jobs = Mutex<[UnownedJob]>([])
    private let waiting = DispatchSemaphore(value: 0)

    private init(count: Int) {
        for _ in 0..<count { Thread { [self] in while true { runNext() } }.start() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        waiting.signal()
    }

    private func runNext() {
        waiting.wait()
        let job = jobs.withLock { $0.removeFirst() }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}

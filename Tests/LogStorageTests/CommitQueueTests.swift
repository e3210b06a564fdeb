import TestSupport
import Testing

@testable import LogStorage

@Suite("Commit queue")
struct CommitQueueTests {
    @Test("Commands are processed once each, in order, in batches that gather while one is being worked off")
    func order() throws {
        let seen = Monitor<[[Int]]>([])
        let gate = Monitor(false)
        let queue = try CommitQueue<Int> { batch in
            gate.wait(while: { !$0 }) { _ in }
            seen.withLock { $0.append(batch) }
        }
        for index in 0..<500 { try queue.submit(index, bytes: 10) }
        gate.withLockAndWake { $0 = true }
        queue.stop()
        let batches = seen.withLock { $0 }
        #expect(batches.flatMap { $0 } == Array(0..<500))
        #expect(batches.count <= 6)
        #expect(batches.allSatisfy { $0.count <= CommitQueueLimits().batchCommands })
    }

    @Test("The queue is bounded by commands and by bytes, and takes again when there is room")
    func bounds() throws {
        var limits = CommitQueueLimits()
        limits.waitingCommands = 3
        limits.waitingBytes = 100
        let gate = Monitor(false)
        let started = Monitor(false)
        let queue = try CommitQueue<Int>(limits: limits) { _ in
            started.withLockAndWake { $0 = true }
            gate.wait(while: { !$0 }) { _ in }
        }
        try queue.submit(0, bytes: 1)
        started.wait(while: { !$0 }) { _ in }
        try queue.submit(1, bytes: 50)
        #expect { try queue.submit(2, bytes: 51) } throws: { ($0 as? LogError)?.code == .queueFull }
        try queue.submit(2, bytes: 1)
        try queue.submit(3, bytes: 1)
        #expect { try queue.submit(4, bytes: 1) } throws: { ($0 as? LogError)?.code == .queueFull }
        gate.withLockAndWake { $0 = true }
        queue.stop()
        #expect { try queue.submit(5, bytes: 1) } throws: { ($0 as? LogError)?.code == .stopped }
    }

    @Test("A batch ends before it grows beyond its bytes")
    func batchBytes() throws {
        var limits = CommitQueueLimits()
        limits.batchBytes = 100
        let sizes = Monitor<[Int]>([])
        let queue = try CommitQueue<Int>(limits: limits) { batch in
            sizes.withLock { $0.append(batch.reduce(0, +)) }
        }
        for _ in 0..<50 { try queue.submit(30, bytes: 30) }
        try queue.submit(1_000, bytes: 1_000)
        queue.stop()
        let all = sizes.withLock { $0 }
        #expect(all.dropLast().allSatisfy { $0 <= 90 })
        #expect(all.last == 1_000)
    }

    @Test("A queue whose thread looks for work loses none, whatever the pauses")
    func busyWait() throws {
        var limits = CommitQueueLimits()
        limits.busyWait = .microseconds(50)
        limits.batchCommands = 3
        let seen = Monitor<[Int]>([])
        let queue = try CommitQueue<Int>(limits: limits) { batch in
            seen.withLockAndWake { $0.append(contentsOf: batch) }
        }
        for index in 0..<2_000 {
            try queue.submit(index, bytes: 1)
            // Now and then it has gone to sleep, or is about to.
            if index % 7 == 0 { seen.wait(while: { $0.count <= index }) { _ in } }
            if index % 100 == 0 { pause(.microseconds(index % 3 * 45)) }
        }
        seen.wait(while: { $0.count < 2_000 }) { _ in }
        queue.stop()
        #expect(seen.withLock { $0 } == Array(0..<2_000))
    }

    private func pause(_ duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end { WorkerThread.yield() }
    }
}

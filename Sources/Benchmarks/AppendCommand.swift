import ArgumentParser
import LogStorage
import Logging

/// The engine alone: threads that append one record each and wait until it is durable, without users and without HTTP.
struct AppendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Append records to a new log from many threads through its group commit."
    )

    @Argument(help: "A directory for the log.")
    var directory: String

    @Option(help: "Threads that append.")
    var threads = 64

    @Option(help: "How long.")
    var seconds = 3.0

    @Option(help: "Bytes of JSON in a record.")
    var bytes = 200

    func run() throws {
        let log = try WriteAheadLog.open(LogConfiguration(directory: directory), logger: Logger(label: "benchmark"))
        let queue = try CommitQueue<Append> { batch in Self.commit(batch, to: log) }
        let clock = ContinuousClock()
        let start = clock.now
        let deadline = start + .seconds(seconds)
        let appenders = (0..<threads).map { Appender(number: $0, bytes: bytes, queue: queue, deadline: deadline) }
        let workers = try appenders.map { appender in
            try WorkerThread(name: "appender") { appender.run() }
        }
        for worker in workers { worker.join() }
        let elapsed = (clock.now - start) / .seconds(1)
        queue.stop()
        let end = log.last.lsn.rawValue
        log.close()
        let latencies = appenders.flatMap(\.microseconds).sorted()
        guard !latencies.isEmpty, latencies.count == end, !appenders.contains(where: \.hasFailed) else {
            throw ValidationError("Of \(end) records in the log \(latencies.count) were acknowledged")
        }
        print(
            """
            {"per_second":\(Double(latencies.count) / elapsed),"p50_us":\(latencies[latencies.count / 2]),\
            "p99_us":\(latencies[latencies.count * 99 / 100])}
            """
        )
    }

    /// Makes a batch durable as one frame, then tells those who wait.
    private static func commit(_ batch: [Append], to log: WriteAheadLog) {
        let isDurable: Bool
        do {
            isDurable = try log.append(batch.map(\.record)).count == batch.count
        } catch {
            isDurable = false
        }
        for append in batch { append.acknowledge(isDurable) }
    }
}

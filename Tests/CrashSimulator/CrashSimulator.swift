import ArgumentParser
import LogStorage
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `crash-simulator`: lets stores live and die on simulated disks, and holds what is left to the promises.
@main
struct CrashSimulator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash-simulator",
        abstract: "Crashes stores on simulated disks and checks what is left of them.",
        discussion: """
            Each seed is one scenario: a life of a store with a crash before every call that changes the disk, with \
            crashes and faults in the recovery from crashes, or with a fault at every call. The same seed gives the same \
            scenario. A promise that was not kept is printed with its seed, and the exit code is 1.

            Examples:
              crash-simulator --states 100000
              crash-simulator --minutes 60 --seed 7
              crash-simulator --runs 1 --seed 12345
            """
    )

    @Option(help: "The first seed; by default one of the clock's.")
    var seed: UInt64?

    @Option(help: "End when so many crash states have been checked.")
    var states: Int?

    @Option(help: "End after so many minutes.")
    var minutes: Double?

    @Option(help: "End after so many scenarios.")
    var runs: Int?

    @Option(help: "Scenarios at a time.")
    var threads = 2

    func run() throws {
        let first = seed ?? UInt64(LogTimestamp.now().microseconds)
        let session = Session(
            first: first,
            states: states ?? (minutes == nil && runs == nil ? 100_000 : .max),
            runs: runs ?? .max,
            end: minutes.map { .now + .seconds($0 * 60) }
        )
        let threads = try (0..<max(1, threads)).map { number in
            try WorkerThread(name: "simulation \(number)") { session.work() }
        }
        for thread in threads { thread.join() }
        print(session.summary)
        if let failure = session.failure {
            print("seed \(failure.seed): \(failure.error)")
            print("again: crash-simulator --runs 1 --seed \(failure.seed)")
            throw ExitCode.failure
        }
    }
}

import Logging

/// Makes the next segment's file ready in the background, so that a rotation does not wait for room on the disk.
final class SegmentPreparer: Sendable {
    private enum State {
        case idle
        case wanted
        case ready(any File)
        case failed(LogError)
        case closed
    }

    private let fileSystem: any FileSystem
    private let path: String
    private let directories: StoreDirectories
    private let segmentBytes: UInt64
    private let logger: Logger
    private let background: BackgroundWork
    private let state = Monitor(State.idle)
    private let thread: WorkerThreadHolder

    init(
        _ configuration: LogConfiguration,
        path: String,
        directories: StoreDirectories,
        logger: Logger
    ) throws(LogError) {
        fileSystem = configuration.fileSystem
        segmentBytes = UInt64(configuration.segmentBytes)
        background = configuration.background
        self.path = path
        self.directories = directories
        self.logger = logger
        thread = WorkerThreadHolder()
        guard background == .threads else { return }
        try thread.start(name: "prepare") { [weak self] in self?.run() }
    }

    /// Begins to prepare a file, if there is none.
    func request() {
        state.withLockAndWake { state in
            if case .idle = state { state = .wanted }
        }
    }

    /// The prepared file, synced and zero; made on the spot if there is none.
    ///
    /// - Throws: what kept it from being made. A want of room may pass; after anything else this file is not to be
    ///   trusted again.
    func take() throws(LogError) -> any File {
        if background == .caller { workOff() }
        let prepared = try state.wait(while: { if case .wanted = $0 { true } else { false } }) {
            state throws(LogError) -> (any File)? in
            switch state {
            case .failed(let error): throw error
            case .ready(let file):
                state = .idle
                return file
            case .idle, .wanted, .closed: return nil
            }
        }
        if let prepared { return prepared }
        return try make()
    }

    /// Prepares the file now if one is wanted.
    func workOff() {
        guard case .wanted = state.withLock({ $0 }) else { return }
        prepare()
    }

    func close() {
        state.withLockAndWake { $0 = .closed }
        thread.join()
    }

    private func run() {
        while true {
            let goesOn = state.wait(while: { state in
                switch state {
                case .idle, .ready, .failed: true
                case .wanted, .closed: false
                }
            }) { state in if case .closed = state { false } else { true } }
            guard goesOn else { return }
            prepare()
        }
    }

    private func prepare() {
        let outcome = prepared()
        state.withLockAndWake { state in
            if case .wanted = state { state = outcome }
        }
    }

    private func prepared() -> State {
        do throws(LogError) {
            return .ready(try make())
        } catch {
            logger.warning("the next segment could not be prepared", metadata: ["reason": "\(error)"])
            return error.code == .diskFull ? .idle : .failed(error)
        }
    }

    private func make() throws(LogError) -> any File {
        try directories.check()
        let file = try attempt { () throws(SystemCallError) in try fileSystem.open(path, .createOrEmpty) }
        try attemptIfRoom { () throws(SystemCallError) in try file.preallocateFully(to: segmentBytes) }
        try attempt { () throws(SystemCallError) in try file.syncData() }
        return file
    }
}

/// A place for a thread that its owner can only start once it is itself complete.
final class WorkerThreadHolder: Sendable {
    private let thread = Monitor<WorkerThread?>(nil)

    func start(name: String, _ body: @escaping @Sendable () -> Void) throws(LogError) {
        let started = try attempt { () throws(SystemCallError) in try WorkerThread(name: name, body) }
        thread.withLock { $0 = started }
    }

    func join() {
        thread.withLock { $0 }?.join()
    }
}

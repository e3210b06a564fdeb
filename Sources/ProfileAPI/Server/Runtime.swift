import HTTPTransport
import LogStorage
import Logging
import UserProfiles

/// What is there once the store is open.
struct Runtime: Sendable {
    let store: ProfileStore
    let authenticator: Authenticator
    /// Where the log grows.
    let dataDirectory: String
    /// The room that the next file of the log takes.
    let segmentBytes: Int
    let logger: Logger
    let backups: BackupGate
    let scrub: ScrubReport

    /// Makes a response from reads of the store: at once if what they need is in memory, otherwise on a thread that may wait
    /// for the disk.
    ///
    /// - Parameter body: called again, with another mode, if the first call throws ``ProfileError/Code/notCached``.
    func read(_ body: @escaping @Sendable (ProfileStore, ReadMode) throws -> Response) throws -> Reply {
        do {
            return .now(try body(store, .cached(ReadAllowance(bytes: ProfileStore.cachedReadBytes))))
        } catch let error as ProfileError where error.code == .notCached {
            return search { try body($0, .blocking) }
        }
    }

    /// Makes a response from reads of the store that look at much of the log, on a thread that may wait for the disk.
    func search(_ body: @escaping @Sendable (ProfileStore) throws -> Response) -> Reply {
        .later { [store] completion in
            do throws(LogError) {
                try store.pool.submit {
                    let result = Result { try body(store) }
                    completion { try result.get() }
                }
            } catch {
                completion { throw error.code == .queueFull ? Self.tooManyReads : Problem.stopping }
            }
        }
    }

    private static let tooManyReads = Problem(
        .overloaded,
        "Too many reads are waiting. Try again in a moment.",
        retryAfter: 1
    )

    /// A page of a list, with the link to the next one, as ``search(_:)`` makes it.
    ///
    /// - Parameter body: returns the page and the cursor of the next one.
    func page(
        _ request: RequestContext,
        _ body: @escaping @Sendable (ProfileStore) throws -> (Response, next: String?)
    ) -> Reply {
        let links = request.links
        return search { store in links.linked(try body(store)) }
    }

    /// A page that may be short enough to be made at once, as ``read(_:)`` does.
    func cachedPage(
        _ request: RequestContext,
        _ body: @escaping @Sendable (ProfileStore, ReadMode) throws -> (Response, next: String?)
    ) throws -> Reply {
        let links = request.links
        return try read { store, mode in links.linked(try body(store, mode)) }
    }

    /// Changes a user, and makes the response when that is durable.
    func change(
        _ change: ProfileChange,
        if precondition: Precondition,
        _ request: RequestContext,
        _ response: @escaping @Sendable (ChangeResult) throws -> Response
    ) throws -> Reply {
        let context = try request.changeContext()
        return .later { [store] completion in
            store.submit(change, if: precondition, context) { result in
                completion { try response(result.get()) }
            }
        }
    }
}

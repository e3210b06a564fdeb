import LogStorage
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why the server could not start, in one line that names the thing and the way out.
public struct StartError: Error, Sendable, CustomStringConvertible {
    public let message: String

    public init(_ message: String) {
        self.message = message
    }

    public var description: String { message }

    /// Turns what went wrong at the start into one line.
    static func describing(_ error: any Error, settings: ServerSettings) -> StartError {
        switch error {
        case let error as StartError: error
        case let error as LogError: StartError(storage(error))
        case let error as IOError: StartError(listening(error, settings))
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            StartError("\(settings.host) is no address and no known name: choose another --host")
        case let error as any CustomStringConvertible: StartError(error.description)
        default: StartError(String(describing: error))
        }
    }

    private static func storage(_ error: LogError) -> String {
        guard error.advice == nil, [.io, .invalidDirectory, .notFound].contains(error.code) else {
            return error.description
        }
        return "\(error.description). Make that possible, or name another folder with --data"
    }

    private static func listening(_ error: IOError, _ settings: ServerSettings) -> String {
        let place = "\(settings.host):\(settings.port)"
        return switch error.errnoCode {
        case EADDRINUSE:
            "port \(settings.port) of \(settings.host) is in use: stop what uses it or choose another --port"
        case EACCES: "\(place) may not be opened by this account: choose a --port above 1023"
        case EADDRNOTAVAIL: "\(settings.host) is not an address of this machine: choose another --host"
        default: "\(place) cannot be opened: \(error)"
        }
    }
}

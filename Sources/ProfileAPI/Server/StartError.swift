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

    /// What is wrong with a setting's value or with the file that it names.
    init(_ name: SettingName, _ problem: String) {
        message = "\(name.rawValue): \(problem)"
    }

    public var description: String { message }

    /// Turns what went wrong at the start into one line.
    static func describing(_ error: any Error, settings: ServerSettings) -> StartError {
        switch error {
        case let error as StartError: error
        case let error as LogError: StartError(storage(error))
        case is IOError, is SocketAddressError, is SocketAddressError.UnknownHost:
            StartError(listening(error, on: settings.host, settings.port, options: ("--host", "--port")))
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

    /// Why a port cannot be opened, and the way out.
    ///
    /// - Parameter options: the names under which the user chooses another address.
    static func listening(
        _ error: any Error,
        on host: String,
        _ port: Int,
        options: (host: String, port: String)
    ) -> String {
        guard let error = error as? IOError else {
            return "\(host) is no address and no known name: choose another \(options.host)"
        }
        let place = "\(host):\(port)"
        return switch error.errnoCode {
        case EADDRINUSE: "port \(port) of \(host) is in use: stop what uses it or choose another \(options.port)"
        case EACCES: "\(place) may not be opened by this account: choose a \(options.port) above 1023"
        case EADDRNOTAVAIL: "\(host) is not an address of this machine: choose another \(options.host)"
        default: "\(place) cannot be opened (\(SystemErrorName.text(error.errnoCode))): choose another \(options.port)"
        }
    }
}

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The variables that the process was started with.
enum ProcessEnvironment {
    /// Their names.
    static var names: [String] { Array(ProcessInfo.processInfo.environment.keys) }
}

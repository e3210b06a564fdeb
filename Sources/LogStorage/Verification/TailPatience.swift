#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How long bytes that are no frame may stand at the end of the log before they are believed: they may be a frame that
/// is just being written.
package struct TailPatience: Sendable {
    /// Looks in all; two at least, since a single one may mix what was there before with what came during it.
    var looks: Int
    /// The time between two looks.
    var pauseMicroseconds: UInt32

    /// For stores that may be in use: a quarter of a second.
    package static let patient = TailPatience(looks: 6, pauseMicroseconds: 50_000)
    /// For stores that are known to stand still.
    package static let none = TailPatience(looks: 2, pauseMicroseconds: 0)

    func pause() {
        if pauseMicroseconds > 0 { usleep(pauseMicroseconds) }
    }
}

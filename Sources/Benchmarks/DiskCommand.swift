import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the machine itself needs to make 300 bytes durable: the yardstick for a durable update.
struct DiskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disk",
        abstract: "Time pwrite and fdatasync of 300 bytes in preallocated space."
    )

    @Argument(help: "A directory on the disk to be measured.")
    var directory: String

    @Option(help: "How often.")
    var times = 2_000

    func run() throws {
        let path = "\(directory)/disk-benchmark"
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ValidationError("\(path) cannot be made") }
        defer {
            close(descriptor)
            unlink(path)
        }
        posix_fallocate(descriptor, 0, off_t(times * 300))
        fdatasync(descriptor)
        let bytes = [UInt8](repeating: 7, count: 300)
        let clock = ContinuousClock()
        var microseconds: [Double] = []
        for index in 0..<times {
            let start = clock.now
            guard pwrite(descriptor, bytes, bytes.count, off_t(index * 300)) == 300, fdatasync(descriptor) == 0 else {
                throw ValidationError("\(path) cannot be written")
            }
            microseconds.append((clock.now - start) / .microseconds(1))
        }
        microseconds.sort()
        print(#"{"p50_us":\#(microseconds[times / 2]),"p99_us":\#(microseconds[times * 99 / 100])}"#)
    }
}

import Foundation

/// The files of a data directory, to be damaged by tests.
struct DataFiles {
    let path: String

    /// The paths of all files below the directory, without the lock, which is empty.
    func all() throws -> [String] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.sorted().map { "\(path)/\($0)" }.filter { name in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory) && !isDirectory.boolValue
                && !name.hasSuffix("/LOCK")
        }
    }

    /// The segments in order.
    func segments() throws -> [String] { try all().filter { $0.hasSuffix(".wal") } }

    func checkpoint() throws -> String {
        guard let found = try all().last(where: { $0.hasSuffix(".checkpoint") }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return found
    }

    static func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: file)))
    }

    /// Changes a file in its place.
    static func edit(_ file: String, _ body: (inout [UInt8]) -> Void) throws {
        var bytes = try bytes(file)
        body(&bytes)
        try Data(bytes).write(to: URL(filePath: file))
    }

    /// Flips a bit.
    static func flip(_ file: String, _ offset: Int, _ bit: Int = 0) throws {
        try edit(file) { $0[offset] ^= 1 << bit }
    }
}

/// The file system calls that the log makes, and no others: the seam at which a simulated disk stands in for the real one.
///
/// Each method is one system call. Interrupted and short calls are reported as they come; the extension of ``File``
/// deals with them, in one place for all file systems.
package protocol FileSystem: Sendable {
    /// Opens a file.
    func open(_ path: String, _ mode: FileMode) throws(SystemCallError) -> any File
    /// The names in a directory, without `.` and `..`, in no order.
    func entries(of directory: String) throws(SystemCallError) -> [String]
    /// What stands at a path; symbolic links are followed.
    func kind(of path: String) throws(SystemCallError) -> FileKind
    /// Which file or directory stands at a path; `nil` if none does. Symbolic links are followed.
    func identity(of path: String) throws(SystemCallError) -> FileIdentity?
    func makeDirectory(_ path: String) throws(SystemCallError)
    /// Fails where the process may make no file in a directory, whether there is room or not; makes none.
    func checkWritable(_ directory: String) throws(SystemCallError)
    /// Gives a file a new name, replacing what had it.
    func rename(_ path: String, to newPath: String) throws(SystemCallError)
    /// Removes a file. The log does this to derived and temporary files only.
    func remove(_ path: String) throws(SystemCallError)
    /// Makes a directory's entries durable.
    func syncDirectory(_ path: String) throws(SystemCallError)
    /// Takes the exclusive lock of the file at `path`, made if absent; `nil` if another process has it.
    ///
    /// It is held until the returned object goes away.
    func lock(_ path: String) throws(SystemCallError) -> (any DirectoryLock)?
}

/// How a file is opened.
package enum FileMode: Sendable {
    /// Must exist; nothing can be written through it.
    case read
    /// Must exist.
    case readWrite
    /// Made if absent, emptied if present.
    case createOrEmpty
    /// A directory, which must exist. It can be locked and identified.
    case directory
}

/// What identifies a file or directory, whatever its name is: two names of one file have the same identity.
///
/// The system gives the number of a removed file to another one, but not while the removed one is open.
package struct FileIdentity: Sendable, Hashable {
    package let device: UInt64
    package let inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// What stands at a path.
package enum FileKind: Sendable {
    case missing
    case file
    case directory
    case other
}

/// The exclusive right to a data directory, given up when the last reference goes.
package protocol DirectoryLock: AnyObject, Sendable {}

/// An open file; closed when the last reference goes.
package protocol File: AnyObject, Sendable {
    /// The path it was opened with, for messages.
    var path: String { get }
    /// Reads some bytes at `offset`: at least one, unless the file ends there.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int
    /// Reads some bytes at `offset` if they are in memory; `nil` where it would have to wait, or cannot tell.
    func readCached(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int?
    /// Writes some of the bytes at `offset` and says how many.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemCallError) -> Int
    /// Reserves room so that the file is at least `size` bytes long, the new part being zero.
    func preallocate(to size: UInt64) throws(SystemCallError)
    /// Cuts or extends the file to `size` bytes.
    func truncate(to size: UInt64) throws(SystemCallError)
    /// Makes the written bytes and the size durable (`fdatasync`).
    func syncData() throws(SystemCallError)
    /// The size in bytes.
    func size() throws(SystemCallError) -> UInt64
    /// Which file it is.
    func identity() throws(SystemCallError) -> FileIdentity
    /// Takes the file's exclusive lock; `nil` if another process has it.
    ///
    /// It is held until the returned object goes away.
    func lock() throws(SystemCallError) -> (any DirectoryLock)?
}

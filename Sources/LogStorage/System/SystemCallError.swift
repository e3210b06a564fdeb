/// A system call that failed, before anyone has judged what that means.
package struct SystemCallError: Error, Sendable, Hashable {
    package let call: String
    package let path: String
    /// The system's error number (`errno`).
    package let number: Int32

    package init(call: String, path: String, number: Int32) {
        self.call = call
        self.path = path
        self.number = number
    }
}

import ProfileAPI
import UserProfiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Asks for a new password: twice at a terminal, or once in the first line of the standard input.
enum PasswordInput {
    /// What Ctrl-C sends.
    private static let endOfText: UInt8 = 3

    /// The password's bytes.
    ///
    /// - Parameter fromInput: whether the caller has said that it comes on the standard input.
    /// - Throws: ``AccountError`` when there is none, or one with which nobody could log in.
    static func read(fromInput: Bool) throws(AccountError) -> [UInt8] {
        let password: [UInt8]
        if fromInput {
            // What comes from a file may begin with a byte order mark.
            password = EditedText.withoutMark(line())
        } else {
            guard isatty(STDIN_FILENO) == 1 else {
                throw AccountError("the standard input is no terminal: say --password-stdin if it has the password")
            }
            password = try silently("Password: ")
            if let problem = Account.problem(withPassword: password) { throw AccountError(problem) }
            guard try silently("The same again: ") == password else {
                throw AccountError("those were two different passwords")
            }
        }
        if let problem = Account.problem(withPassword: password) { throw AccountError(problem) }
        return password
    }

    /// The first line of the input without its end.
    private static func line() -> [UInt8] {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        // One more than is allowed, so that what is too long is seen to be.
        while bytes.count <= Account.maximumPasswordBytes + 1 {
            let count = systemRead(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count != 1 || byte == UInt8(ascii: "\n") || byte == endOfText { break }
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return byte == endOfText ? [endOfText] : bytes
    }

    /// A line that is typed at the terminal without being shown.
    ///
    /// Keys that would send a signal end the line instead, so that the terminal is never left silent.
    private static func silently(_ prompt: String) throws(AccountError) -> [UInt8] {
        var terminal = termios()
        guard tcgetattr(STDIN_FILENO, &terminal) == 0 else { throw AccountError("the terminal cannot be silenced") }
        var silent = terminal
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VEOL)] = endOfText }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
            throw AccountError("the terminal cannot be silenced")
        }
        writeToStandardError(prompt)
        let line = line()
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal)
        writeToStandardError("\n")
        if line == [endOfText] { throw AccountError("nothing was changed") }
        return line
    }
}

/// The system call, whose name a method here would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

import ArgumentParser
import LogStorage
import ProfileAPI

/// `profile-server account token add`: one more program that may log in.
struct TokenAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make a token and print it, this once: only its hash is kept.",
        discussion: "The token alone goes to the standard output, everything else to the standard error stream."
    )

    @Argument(help: "The token's name, which stands as actor in the history; no account may have it.")
    var name: String

    @Option(help: "admin, editor (profiles and restore), auditor (reads all) or reader (reads profiles).")
    var role: Role

    @Option(help: "Until when it is good: days or hours (90d, 12h), an RFC 3339 time, or never.")
    var expires = TokenExpiry.standard

    @OptionGroup var directory: DataOptions
    @OptionGroup var option: AccountFileOption

    func run() throws {
        try reported {
            let place = try AccountPlace(directory, option)
            try place.requireOther(name)
            try place.file.requireWritable()
            let now = LogTimestamp.now()
            let text = TokenText.random()
            let token = try APIToken(
                name: name,
                role: role,
                digest: TokenDigest(of: text),
                created: now,
                expires: TokenExpiry.instant(expires, now: now)
            )
            try place.file.update { list throws(AccountError) in try list.add(token) }
            print(text)
            writeToStandardError(
                """
                \(name) may log in now, as \(role.rawValue), with Authorization: Bearer and the token above; it is good \
                until: \(token.end(now)). The token is shown only now (\(place.file.path)).\n
                """
            )
        }
    }
}

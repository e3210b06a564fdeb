import LogStorage
import ToolConsole
import UserProfiles

/// A user's state as the HTTP interface has it, and in one line for people.
struct UserLine: RowLayout {
    let style: RowStyle
    /// Columns of the id.
    let idWidth: Int

    private static let versionWidth = 4
    private static let nameWidth = 24
    private static let emailWidth = 32

    init(style: RowStyle, users: Int) {
        self.style = style
        idWidth = max(4, String(users).count)
    }

    var textHeading: String {
        let names = [
            DisplayWidth.rightAligned("USER", to: idWidth),
            DisplayWidth.rightAligned("VERS", to: Self.versionWidth),
            DisplayWidth.padded("UPDATED", to: style.time.width),
            DisplayWidth.padded("NAME", to: Self.nameWidth),
            DisplayWidth.padded("EMAIL", to: Self.emailWidth),
            "ATTRIBUTES",
        ]
        return style.style.text(names.joined(separator: "  "), .heading) + "\n"
    }

    func text(_ user: User) -> String {
        let attributes = user.profile.attributes.isEmpty ? "" : ValueText.of(.object(user.profile.attributes))
        let fields = [
            DisplayWidth.rightAligned(user.id.description, to: idWidth),
            DisplayWidth.rightAligned(user.version.description, to: Self.versionWidth),
            style.style.text(style.time.text(user.updatedAt), .dim),
            DisplayWidth.padded(VisibleText.of(user.profile.name), to: Self.nameWidth),
            DisplayWidth.padded(VisibleText.of(user.profile.email), to: Self.emailWidth),
            user.deleted ? style.style.text("(deleted)", .bad) + " " + attributes : attributes,
        ]
        return fields.joined(separator: "  ").withoutBlanksAtEnd + "\n"
    }

    var guardsFormulas: Bool { style.guardsFormulas }

    var csvColumns: [String] { User.csvColumns }

    func write(_ user: User, to json: inout JSONWriter) { user.write(to: &json) }

    func write(_ user: User, to csv: inout CSVWriter) { user.write(to: &csv) }
}

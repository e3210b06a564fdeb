import LogStorage
import ToolConsole
import UserProfiles

/// A user's state as the HTTP interface has it, and in one line for people.
struct UserLine: RowLayout {
    private let style: RowStyle
    private let idWidth: Int
    /// Nil where there is no room for it.
    private let versionWidth: Int?
    private let nameWidth: Int
    private let emailWidth: Int
    /// Columns of the attributes; nil for any number.
    private let attributesWidth: Int?
    private let gap: String

    /// The fewest columns for name, address and attributes: on a terminal that is too narrow, lines are broken.
    private static let leastRest = 30

    /// - Parameter users: the highest id.
    init(style: RowStyle, users: Int) {
        self.style = style
        idWidth = max(4, String(users).count)
        guard let width = style.width else {
            (versionWidth, nameWidth, emailWidth, attributesWidth, gap) = (4, 24, 32, nil, "  ")
            return
        }
        let rest = max(Self.leastRest, width - idWidth - style.timeWidth - 4)
        (versionWidth, gap) = (nil, " ")
        (nameWidth, emailWidth) = (rest * 3 / 10, rest * 4 / 10)
        attributesWidth = rest - nameWidth - emailWidth
    }

    var textHeading: String {
        let names = [
            DisplayWidth.rightAligned("USER", to: idWidth),
            versionWidth.map { DisplayWidth.rightAligned("VERS", to: $0) },
            style.timeHeading("UPDATED"),
            DisplayWidth.padded("NAME", to: nameWidth),
            DisplayWidth.padded("EMAIL", to: emailWidth),
            "ATTRIBUTES",
        ]
        return style.style.text(names.compactMap(\.self).joined(separator: gap), .heading) + "\n"
    }

    func text(_ user: User) -> String {
        let fields = [
            DisplayWidth.rightAligned(user.id.description, to: idWidth),
            versionWidth.map { DisplayWidth.rightAligned(user.version.description, to: $0) },
            style.style.text(style.text(user.updatedAt), .dim),
            cell(user.profile.name, nameWidth),
            cell(user.profile.email, emailWidth),
            end(user),
        ]
        return fields.compactMap(\.self).joined(separator: gap).withoutBlanksAtEnd + "\n"
    }

    private func cell(_ text: String, _ width: Int) -> String {
        let text = VisibleText.of(text)
        return DisplayWidth.padded(style.width == nil ? text : DisplayWidth.shortened(text, to: width), to: width)
    }

    private func end(_ user: User) -> String {
        let attributes = user.profile.attributes.isEmpty ? "" : ValueText.of(.object(user.profile.attributes))
        let mark = user.deleted ? "(deleted) " : ""
        let shown = attributesWidth.map { DisplayWidth.shortened(mark + attributes, to: $0) } ?? mark + attributes
        guard user.deleted else { return shown }
        return style.style.text(String(shown.prefix(mark.count - 1)), .bad) + shown.dropFirst(mark.count - 1)
    }

    var guardsFormulas: Bool { style.guardsFormulas }

    var csvColumns: [String] { User.csvColumns }

    func write(_ user: User, to json: inout JSONWriter) { user.write(to: &json) }

    func write(_ user: User, to csv: inout CSVWriter) { user.write(to: &csv) }
}

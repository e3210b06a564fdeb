/// Colours and weights of a terminal, or none of them.
package struct Style: Sendable {
    /// What a piece of text is; how it looks follows from that.
    package enum Role: String, Sendable {
        case heading = "1"
        case dim = "2"
        case good = "32"
        case bad = "1;31"
        case warning = "33"
        case accent = "36"
    }

    package let isColored: Bool

    package init(isColored: Bool) {
        self.isColored = isColored
    }

    package func text(_ text: String, _ role: Role) -> String {
        isColored && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }
}

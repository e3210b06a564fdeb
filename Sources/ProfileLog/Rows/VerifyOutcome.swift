import LogStorage
import ToolConsole
import UserProfiles

/// What a verification came to, in one line.
struct VerifyOutcome {
    let summary: VerificationSummary
    let verification: ProfileVerification
    let style: Style

    var isGood: Bool { findings == 0 }

    private var findings: Int { summary.findings + verification.contentFindings }

    var text: String {
        let users = verification.users
        var parts = [
            "\(Amount.text(summary.records)) records in \(Self.count(summary.segments, "segment"))",
            "\(Self.count(users.count, "user")), \(Amount.text(users.live)) live",
            Self.count(verification.comparedCheckpoints, "checkpoint") + " compared",
            Amount.bytes(summary.bytes),
        ]
        if let tree = summary.tree, isGood { parts.append("tree root \(tree.head)") }
        if isGood { return style.text("good", .good) + ": " + parts.joined(separator: "; ") + "\n" }
        parts.insert("sound up to record \(Amount.text(summary.soundLSN.rawValue))", at: 0)
        return style.text("damaged", .bad) + ": " + Self.count(findings, "finding") + "; "
            + parts.joined(separator: "; ") + "\n"
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(Amount.text(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}

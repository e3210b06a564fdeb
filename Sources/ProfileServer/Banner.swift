import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a start prints once the server answers.
struct Banner {
    let settings: ServerSettings
    let report: ReadyReport

    /// Writes the banner to the standard output, at once even into a pipe.
    func print() {
        var text = self.text
        text.withUTF8 { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    private var text: String {
        var lines: [String] = [
            "",
            "User Profile Audit System",
            "  server   \(url)",
            "  docs     \(url)/docs",
            report.metricsPort.map { "  metrics  \(url("http", settings.metricsHost, $0))/metrics" },
            "  data     \(settings.dataDirectory) (\(report.records) records, \(report.liveUsers) users)",
            "  checked  \(checked)",
        ].compactMap { $0 }
        if let admin = report.generatedAdmin {
            lines += [
                "",
                "  First start: the administrator was made. The password is shown only now.",
                "    name      \(admin.name)",
                "    password  \(admin.password)",
            ]
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// What the start has verified, and what it has left.
    private var checked: String {
        if report.verifiedFrom <= 1 { return "the checksums of all records" }
        let rest = "records 1 to \(report.verifiedFrom - 1)"
        let read =
            report.verifiedFrom > report.records
            ? "the end of each file" : "records \(report.verifiedFrom) to \(report.records)"
        return settings.scrubBytesPerSecond > 0
            ? "\(read); the scrub is going to read \(rest)"
            : "\(read), but not \(rest): the scrub is off, so run profile-log verify"
    }

    private var url: String { url(settings.certificate == nil ? "http" : "https", settings.host, report.port) }

    private func url(_ scheme: String, _ host: String, _ port: Int) -> String {
        // An address that means "all of them" is none to click on.
        let host = ["0.0.0.0", "::"].contains(host) ? "localhost" : host
        return "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

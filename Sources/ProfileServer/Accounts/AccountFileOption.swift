import ArgumentParser

/// The option that names another accounts file than the server's.
struct AccountFileOption: ParsableArguments {
    @Option(help: "The accounts file, for example a copy of what stands in a Secret (ACCOUNTS_FILE).")
    var file: String?
}

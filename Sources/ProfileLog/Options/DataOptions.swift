import ArgumentParser
import LogStorage

/// Which data directory to read.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory of a server, running or not, or a copy of one.", valueName: "dir"))
    var data = "./data"

    init() {}

    /// Opens the directory, for reading only.
    func archive() throws(LogError) -> LogArchive {
        try LogArchive.open(data)
    }
}

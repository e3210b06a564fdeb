// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "user-profile-audit-system",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "crash-simulator", targets: ["CrashSimulator"]),
        .executable(name: "profile-export", targets: ["ProfileExport"]),
        .executable(name: "profile-log", targets: ["ProfileLog"]),
        .executable(name: "profile-server", targets: ["ProfileServer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // No default traits: they bring in the full Foundation (and ICU, 40 MB in a static binary).
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["CommandLineArguments"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // A system call and processors' instructions that Swift has no name for; headers only.
        .systemLibrary(name: "CPlatform"),
        .target(name: "BuildInfo", plugins: ["BuildCommit"]),
        .plugin(name: "BuildCommit", capability: .buildTool(), path: "Sources/BuildCommit"),
        .target(
            name: "LogStorage",
            dependencies: [
                "CPlatform",
                "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "UserProfiles",
            dependencies: [
                "LogStorage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        // Connections and requests; knows no endpoint and no user.
        .target(
            name: "HTTPTransport",
            dependencies: [
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "ProfileAPI",
            dependencies: [
                "HTTPTransport",
                "LogStorage",
                "UserProfiles",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(
            name: "ProfileServer",
            dependencies: [
                "BuildInfo",
                "LogStorage",
                "ProfileAPI",
                "ServerAccess",
                "ToolConsole",
                "UserProfiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        // What the command line tools share: rows, messages, progress, exit codes.
        .target(
            name: "ToolConsole",
            dependencies: [
                "LogStorage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        // Reads files only: no network code may be linked.
        .executableTarget(
            name: "ProfileLog",
            dependencies: [
                "BuildInfo",
                "LogStorage",
                "ToolConsole",
                "UserProfiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        // How programs reach a server over HTTP.
        .target(
            name: "ServerAccess",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        // The only part that needs libpq.
        .target(
            name: "PostgresExport",
            dependencies: [
                "CLibpq",
                "LogStorage",
                "ServerAccess",
                "ToolConsole",
                "UserProfiles",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .executableTarget(
            name: "ProfileExport",
            dependencies: [
                "BuildInfo",
                "LogStorage",
                "PostgresExport",
                "ServerAccess",
                "ToolConsole",
                "UserProfiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "UserProfiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        // Crashes stores on simulated disks. A program of its own, because it has to be built with optimization.
        .executableTarget(
            name: "CrashSimulator",
            dependencies: [
                "LogStorage",
                "TestSupport",
                "UserProfiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/CrashSimulator"
        ),
        .target(
            name: "TestSupport",
            dependencies: ["UserProfiles", .product(name: "Logging", package: "swift-log")],
            path: "Tests/TestSupport"
        ),
        .testTarget(name: "CrashSimulatorTests", dependencies: ["CrashSimulator", "TestSupport"]),
        .testTarget(name: "LogStorageTests", dependencies: ["LogStorage", "TestSupport"]),
        .testTarget(name: "UserProfilesTests", dependencies: ["UserProfiles", "TestSupport"]),
        .testTarget(
            name: "ProfileAPITests",
            dependencies: [
                "HTTPTransport",
                "ProfileAPI",
                "TestSupport",
                "UserProfiles",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: [
                "HTTPTransport",
                "LogStorage",
                "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]
        ),
        // These start the programs themselves, so that those have to be built, too.
        .testTarget(
            name: "ProfileLogTests",
            dependencies: [
                "LogStorage",
                "ProfileLog",
                "TestSupport",
                "ToolConsole",
                "UserProfiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Golden"]
        ),
        .testTarget(
            name: "PostgresExportTests",
            dependencies: [
                "LogStorage",
                "PostgresExport",
                "ProfileExport",
                "ProfileServer",
                "ServerAccess",
                "TestSupport",
                "ToolConsole",
                "UserProfiles",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Proxy"]
        ),
        .testTarget(
            name: "ProfileServerTests",
            dependencies: ["ProfileAPI", "ProfileLog", "ProfileServer", "TestSupport", "UserProfiles"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

// What fuzzing gives to the decoders: tests that replay the corpus, or for scripts/fuzz a library that libFuzzer drives.
if Context.environment["FUZZING"] == nil {
    package.targets.append(
        .testTarget(
            name: "FuzzingTests",
            dependencies: [
                "LogStorage", "TestSupport", "UserProfiles", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Fuzzing",
            exclude: ["Corpus", "FuzzEntry.swift"]
        )
    )
} else {
    package.targets.append(
        .target(
            name: "Fuzzing",
            dependencies: [
                "LogStorage", "TestSupport", "UserProfiles", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Fuzzing",
            exclude: ["Corpus", "ReplayTests.swift"]
        )
    )
    package.products.append(.library(name: "Fuzzing", type: .static, targets: ["Fuzzing"]))
}

// The same strict settings for every Swift target of the house.
for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
        // Generic code of one module is then specialized in another, which takes a fifteenth off the processor time of a GET.
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
    ]
}

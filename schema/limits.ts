/** Every limit of the network, with its unit in the name and the reason for its size beside it. */
export const limits = {
  /** An operation's text. The introspection query is 2 KB; people write up to 20; anything larger is a machine's mistake. */
  maxOperationBytes: 100_000,
  /** Lexer tokens in one operation; keeps parsing below about 20 ms. */
  maxOperationTokens: 10_000,
  /** Nested selections; the deepest query that our own pages send has 9. */
  maxOperationDepth: 30,
  /** Brackets inside one another, those of inline fragments, lists and objects among them; the stack is good for some 2,000. */
  maxOperationBrackets: 200,
  /**
   * Fields and fragments of one operation once its fragments are spread: 30 small fragments could stand for a billion fields, and planning takes
   * about half a millisecond for each. The introspection query has 150.
   */
  maxOperationSelections: 2_000,
  /** Variables as JSON: room for an agent's code (256 KiB) and its escapes. */
  maxVariablesBytes: 1_048_576,
  /** A request's body over HTTP and one message over WebSocket: an operation, its variables and the envelope. */
  maxRequestBytes: 1_200_000,
  /** Operations sent in one WebSocket at a time; a dashboard of 50 live panels still fits twice. */
  maxOperationsPerSocket: 100,
  /** WebSockets of clients: 20,000 idle ones cost about 400 MB. */
  maxClientSockets: 20_000,
  /** New (not yet planned) operations per client and second; planning one costs about 4 ms of CPU. */
  maxNewOperationsPerSecond: 20,
  /** New operations that may come on top in ten seconds: a playground and a dashboard of 50 panels opened together. */
  newOperationBurst: 100,
  /** Compiled operations kept; about 50 KB each. */
  maxCachedOperations: 1_000,
  /** Parsed documents that a node keeps per shape; the gateway sends the same texts again and again. */
  maxCachedDocuments: 2_000,
  /** Their texts together; a parsed document takes some ten times as much. */
  maxCachedDocumentBytes: 4 * 1_048_576,

  /** Rows of a page. Beyond it a page is no page. */
  maxPageSize: 1_000,
  /** Rows and objects in one answer of one node, pages within pages included: several full pages. A page counts as 20 more. */
  maxRowsPerAnswer: 20_000,
  /**
   * Rows that may come from all nodes together for one page before less than a page is asked of each: reading them takes some 5 ms of CPU, which
   * is less than a second round trip. One node is within it whatever the page's size.
   */
  pageRowBudget: 2_000,
  /** An error's message, in UTF-16 units: a paragraph. Callers have what it quotes of their input. */
  maxErrorMessageLength: 500,
  /** Errors in one answer; the rest is counted in the last one. */
  maxErrorsPerAnswer: 100,
  /** Errors passed on from one node's answer to one fetch; the last one counts the rest. */
  maxErrorsPerNode: 20,
  /** A cursor: the sorted value and the row's key, with room to spare. */
  maxCursorBytes: 1_024,
  /** Lexer tokens of a subgraph's SDL; the largest of ours has 1,500. */
  maxSdlTokens: 100_000,
  /** Versions of one shape's SDL that the gateway keeps read; a network in the middle of an upgrade has two or three. */
  maxKnownSdls: 64,

  /** A client's request, from its arrival to its answer. */
  requestDeadlineMs: 10_000,
  /** Kept back of it (at most a tenth of what is left) when a node is asked: time for the rest of the operation when the node is silent. */
  followUpReserveMs: 500,
  /** Headers and body of a request over HTTP, from its first byte to its last: 1.2 MB over a poor phone line. */
  requestArrivalMs: 20_000,
  /** What a new connection has to show whether it is HTTP, TLS or SSH: a first message over a poor phone line. */
  firstBytesMs: 20_000,
  /** Connections that have not shown it yet, in all and from one address (of IPv6, from one network of 64 bits); a browser opens some ahead. */
  maxSilentConnections: 2_000,
  maxSilentPerAddress: 500,
  /** What another node has from there to the WebSocket that it wants: a TLS handshake and a request over a poor phone line. */
  nodeArrivalMs: 6_000,
  /** Nodes on that way, in all and from one address; each handshake costs some 2 ms of CPU. */
  maxNodeArrivals: 1_000,
  maxNodeArrivalsPerAddress: 250,
  /** Idle connections of clients are kept longer than the 60 s of most proxies, so that it is the proxy that closes. */
  httpKeepAliveMs: 65_000,
  /** Requests that are under way when a server stops may still end within this time. */
  httpDrainMs: 5_000,
  /** Connections to one subgraph over HTTP (plain mode); requests beyond them wait. */
  maxConnectionsPerSubgraph: 64,
  /** What a node may send in one message. A page of 1,000 entities of 8 KB each fits. */
  maxNodeAnswerBytes: 16 * 1_048_576,
  /** Answers under way on one link; more wait. */
  maxRequestsPerLink: 1_000,
  /** Requests that wait for their turn on one link; beyond it a new one fails at once. */
  maxWaitingPerLink: 10_000,
  /** Events of one stream that have arrived and not been read; one read of a socket (64 KB) can carry 700. */
  maxLinkLagEvents: 2_000,
  /** Connections of other nodes to one node, over which they hand it messages. */
  maxPeerConnections: 1_000,
  /** Operations, streams among them, that a node runs for one link. */
  maxOperationsPerLink: 20_000,

  /** A new socket must say connection_init within this time. */
  connectionInitTimeoutMs: 3_000,
  /** How often a client's socket is asked for a sign of life; one that gives none for two of these is cut. Proxies cut silent ones after 60 s. */
  clientPingMs: 15_000,
  /** Time for running queries and for the closing handshake of clients when the gateway stops. */
  clientDrainMs: 2_000,
  /** Opening a stream to a node and securing it, each. */
  dialTimeoutMs: 3_000,
  /** Silence on a link after which a ping goes out, and the time the pong has. */
  linkPingMs: 5_000,
  linkPongMs: 3_000,
  /** What a link may have ready that the operating system has not taken, before streams wait for it: a page of ordinary events. */
  linkBacklogBytes: 65_536,
  /** What the far end has to say goodbye before its socket is destroyed. */
  linkCloseMs: 1_000,
  /** The SDL of all shapes of a node, when a link opens; ours are 20 KB together. */
  maxLinkWelcomeBytes: 1_048_576,
  /** Reconnecting a link: full jitter below a cap that doubles from the first to the last. */
  linkRetryFirstMs: 200,
  linkRetryCapMs: 8_000,
  /** Failures in a row after which a node is left alone, and for how long. */
  breakerFailures: 5,
  breakerOpenMs: 5_000,
  /** A node that was given less time than this, because others had used it up, is not blamed for not answering. */
  breakerMinWaitMs: 250,

  /** Silence on a tunnel's connection after which each end asks for a sign of life, and how many stay unanswered: as soon as a link would notice. */
  tunnelKeepaliveMs: 2_000,
  tunnelKeepaliveCount: 3,
  /** From the first byte of an SSH client to the proof of its key; on a poor line that takes one second. */
  tunnelHandshakeMs: 5_000,
  /** SSH handshakes under way, in all and from one address, and how many may begin in a second: each costs some 5 ms of CPU. */
  maxTunnelHandshakes: 64,
  maxTunnelHandshakesPerAddress: 32,
  maxTunnelHandshakesPerSecond: 50,
  /** Wrong keys from one address in a minute: a handful of nodes that were thrown out and keep asking. Then it is left alone for the rest of it. */
  maxWrongKeysPerMinute: 60,
  /** Keys that one connection may offer; `ssh` offers all that its agent has. */
  maxKeysPerConnection: 6,
  /** Tunnels of one proxy; each is a connection with some 100 KB of buffers. */
  maxTunnels: 1_000,
  /** Channels of one tunnel: a link each. One whose reader stands still costs 4.8 MB. */
  maxChannelsPerTunnel: 64,
  /** Channels of one connection to a proxy, which may be one per tunnel behind it. */
  maxChannelsPerDialer: 1_000,
  /** Unread bytes of one channel: two windows of 2 MiB and a packet. More has been sent by somebody who heeds no window. */
  maxChannelBytes: 5 * 1_048_576,
  /** What a channel holds for its reader and for its writer beyond that: several packets of 32 KiB. */
  maxChannelBufferBytes: 262_144,
  /** Bytes that a tunnel's connection has not given to the operating system, past which its channels wait. */
  maxTunnelBacklogBytes: 1_048_576,
  /** The same, past which the connection is cut: channels wait long before, so these are answers that nobody takes. */
  maxTunnelUnsentBytes: 16 * 1_048_576,
  /** What one set of SSH keys may encrypt, and for how long: the advice of RFC 4253, section 9. */
  tunnelRekeyBytes: 1_073_741_824,
  tunnelRekeyMs: 3_600_000,
  /** What the far end of a tunnel has to take a channel. */
  tunnelDialMs: 5_000,
  /** Opening a tunnel again: full jitter below a cap that doubles from the first to the last. */
  tunnelRetryFirstMs: 500,
  tunnelRetryCapMs: 8_000,
  /** Two processes with one key that push each other out so often within the period are both left out for as long. */
  tunnelContests: 3,
  tunnelContestMs: 60_000,
  /** What the far end of an SSH connection has to take the goodbye. */
  tunnelCloseMs: 500,
  /** SFTP sessions that one connection may open in its life; moving agents takes one. */
  maxSftpSessions: 16,
  /** SFTP requests that wait for their turn; `sftp` sends up to 64 ahead. */
  maxSftpRequests: 256,
  /** Answers of an SFTP session that its client has not made room for. */
  maxSftpAnswers: 64,
  /** Files and folders that an SFTP session has open. */
  maxSftpHandles: 64,
  /** Bytes of one SFTP answer: two packets of SSH. */
  maxSftpReadBytes: 65_536,
  /** What one transfer may hold: an agent's program, memory and log many times over. */
  maxTransferBytes: 64 * 1_048_576,
  maxTransferFiles: 1_000,

  /** Shaped events that a stream keeps for readers that lag or come back. */
  streamRingEvents: 256,
  /** The same in UTF-16 units of JSON: 256 ordinary events are 100 KB; large ones must not add up. */
  streamRingLength: 4_194_304,
  /** A reader of a feed that holds up the others for so long is left behind, and served from the store. A pause of this length nobody minds. */
  streamPatienceMs: 200,
  /** Keys (nodes) of which a gauge keeps the newest event. */
  maxLatestKeys: 10_000,
  /** Bytes of one client's socket not yet taken by the operating system, past which its streams pause. */
  maxSocketBacklogBytes: 1_048_576,
  /** Readers of an ordinary stream (no cursor, no key) may fall behind this many events before they are told so and ended. */
  maxReaderLagEvents: 256,

  /** One message between agents, as JSON. */
  maxMessageBytes: 65_536,
  /** A message's id, in characters: any kind of UUID, and a counter behind an agent's id. */
  maxMessageIdLength: 200,
  /** Messages in one transaction: waiting for the disk is shared by enough of them, and the last does not wait for long. */
  maxMessagesPerCommit: 200,
  /** Messages that wait for their transaction; at the most 64 KiB each. */
  maxMessagesWaiting: 1_000,
  /** Messages that an inbox holds which have not been taken. */
  maxInboxMessages: 100_000,
  /** Acknowledged messages that an inbox keeps for those who watch it from behind. */
  keptAcknowledgedMessages: 1_000,
  /** Messages in one batch from node to node: the wait for the answer is shared by enough of them, and a lost one costs little to send again. */
  maxDeliveries: 50,
  /** Bodies of one batch together; quotes double inside the JSON of an operation, and a request has room for 1.2 MB. */
  maxDeliveryBytes: 500_000,
  /** Messages that wait for one recipient, and their bodies together: a home that is away for an hour at 14 a second. */
  maxQueuedMessages: 50_000,
  maxQueuedBytes: 64 * 1_048_576,
  /** How long a message may wait for a home that cannot be reached: a week, in which somebody starts the laptop again. */
  maxTtlSeconds: 7 * 24 * 3_600,
  /** For how long ids of messages are remembered: longer than one may be on its way, on two queues and with clocks that are wrong. */
  rememberIdsMs: 16 * 24 * 3_600_000,
  /** Answers in a row, each to the one before: people end a talk sooner, and two agents that thank each other never do. */
  maxHops: 64,
  /** What one agent may send to another for long, and at once: a cycle of agents comes to some thousands in a second. */
  pairMessagesPerSecond: 100,
  pairBurst: 1_000,
  /** For how long a pair that was slowed down is shown as one. */
  showThrottledMs: 10 * 60_000,
  /** A sender waits so long to hear what became of an agent's message; less than a request has in all. */
  sendWaitMs: 8_000,
  /** How long a sender waits to hear whether there is such an agent, before its message is taken all the same. */
  lookUpWaitMs: 2_000,
  /** Dead letters that a sender's mailbox keeps. */
  maxDeadLetters: 10_000,
  /** How often a queue is looked through for messages that have waited for too long. */
  expiryCheckMs: 1_000,
  /** Trying again to deliver: full jitter below a cap that doubles from the first to the last. A node that comes back is tried at once. */
  deliveryRetryFirstMs: 100,
  deliveryRetryCapMs: 15_000,
  /** An agent's program. */
  maxAgentCodeBytes: 262_144,
  /** An agent's memory, as JSON. */
  maxAgentMemoryBytes: 1_048_576,
  /** An entity's data, as JSON. */
  maxEntityBytes: 65_536,
  /** Names of people, nodes, entities and agents: fit a file name on every system. */
  maxNameLength: 64,
  /** Nesting of an entity's data and of an agent's memory: people write 5 deep, and recursion over 64 is safe everywhere. */
  maxJsonDepth: 64,
  /** Lines that an agent's log keeps. */
  maxLogLines: 10_000,
  /** One line of an agent's log, in UTF-16 units; what is longer is cut. */
  maxLogLineLength: 4_096,
  /** How long a node keeps its stats: each second for an hour, for who looks why it is slow just now; minutes for a week; hours for a year and a bit, so that a year can be compared with the one before. */
  secondsKeptMs: 3_600_000,
  minutesKeptMs: 7 * 24 * 3_600_000,
  hoursKeptMs: 400 * 24 * 3_600_000,
  /** Agents of which a sample says what they used; the others wait for the next one. With the seconds of an hour that is 360,000 rows, some 60 MB. */
  maxAgentsPerSample: 100,
  /** How often a node sends its statistics to one that keeps them: there is a new minute each minute. */
  reportEveryMs: 60_000,
  /** Samples in one report: an hour, some 10 KB. A week of them is sent in 168 reports, which one minute has room for. */
  maxReportedSamples: 60,
  maxReportsPerMinute: 200,
  /** Nodes that may send theirs to one; each fills at most some 4 MB, of a week's minutes and a year's hours. */
  maxReportingNodes: 1_000,

  minPasswordLength: 8,
  maxPasswordLength: 256,
  /** A person's session. */
  sessionLifetimeMs: 7 * 24 * 3_600_000,
  /** Open sessions of one person, who may have some devices and many scripts; one more ends the one unused for longest. */
  maxSessionsPerPerson: 50,
  /** How exactly a session's last use is known; each update is a write that waits for the disk. */
  sessionSeenEveryMs: 300_000,
  /** What a client says that it is, in characters: browsers say some 130. */
  maxUserAgentLength: 200,
  /** How often the initial node looks for changes to people that another process (the CLI) made, so that all is done within 2 s. */
  peoplePollMs: 500,
  /** What the initial node knows of a session without looking: the longest that a change of another process goes unnoticed. */
  sessionFreshMs: 1_000,
  /** Sessions that run out by themselves end open sockets at the latest after this. */
  sessionSweepMs: 60_000,
  /** On whose behalf an operation runs, as the node is told: long enough to be signed seldom, too short to be of use to a thief. */
  viewerTokenLifetimeMs: 60_000,
  /** By how much the clocks of two nodes may differ: machines without time service are seldom minutes off. */
  maxClockSkewMs: 600_000,
  /** Tokens that either side of a link keeps, some 500 bytes each. */
  maxKnownViewerTokens: 10_000,
  /** Password hashes under way at once; each takes 19 MiB and a core. */
  maxHashesAtOnce: 2,
  /** Hashes that wait for their turn, about 20 ms each; beyond them people are asked to come back. */
  maxHashesWaiting: 64,
  /** Failed sign-ins in a minute: per address (of IPv6, per network of 64 bits), and per name from addresses that are new to it. */
  maxSignInsPerMinute: 10,
  /** New accounts from one address in a minute: a class that signs up together behind one router. */
  maxSignUpsPerMinute: 60,
  /** What a node has to sign is good for so long: time for a person to do it by hand. */
  challengeLifetimeMs: 300_000,
  /** Challenges in a minute: for one node, which needs one each time that it connects, and for all who are none from one address. */
  maxChallengesPerMinute: 60,
  /** What a connection to the initial node has until somebody registers on it: less than a second for a node, a minute for an errand of its owner. */
  visitMs: 60_000,
  /** Such connections of one node, and of all who are none, in all and from one address: each is there to register. */
  maxVisitsPerKey: 8,
  maxStrangers: 200,
  maxStrangersPerAddress: 50,
  /** Challenges kept that nobody has used yet; the oldest goes first. */
  maxChallenges: 10_000,
  /** A key that another has taken the place of is still good for so long, for what is on its way. */
  keyOverlapMs: 24 * 3_600_000,
  /** The name of a node that has left for good is free after this time: links to its rows have died out. */
  retiredNameMs: 30 * 24 * 3_600_000,
  /** What a node knows of the others while the initial node cannot be reached; afterwards it has to ask before it lets them in. */
  peerKnowledgeMs: 600_000,
  /** Links of one node to others, for messages. */
  maxDirectLinks: 1_000,
  /** A link between two nodes that nobody has used for so long is closed. */
  directLinkIdleMs: 300_000,
  /** Trying to reach another node directly: rarely, as the way through the initial node is there. */
  directRetryFirstMs: 1_000,
  directRetryCapMs: 60_000,
  /** Nodes and agents whose place a node remembers. */
  maxKnownPeers: 10_000,
  maxKnownHomes: 100_000,
  /** Nodes that wait for an admin; anybody may ask to join, so somebody will ask too often. */
  maxPendingNodes: 100,
  /** A move of which nobody has given a sign of life for so long is given up: a copy over a poor line gives one each second. */
  moveSilenceMs: 5_000,
  moveProgressMs: 1_000,
  /** How often the registry looks which moves are silent. */
  moveTickMs: 250,
  /** How soon a node tries again what a move needs and could not have, at first and at most. */
  moveRetryFirstMs: 50,
  moveRetryCapMs: 2_000,
  /** How long a source waits before it clears away an agent that is on its way: until the target has it, unless that is lost. */
  moveReleaseWaitMs: 1_000,
  /** A connection for files that no move needs is kept for so long: the next one is often on its heels, as in a drain. */
  spoolIdleMs: 30_000,
  /** A copy that took longer is followed by one of what is new since: an agent stands still for what has come while it was copied. */
  moveCopyMs: 100,
  /** What comes while ten thousand messages are copied is copied in a twentieth of the time; what comes in that goes with the rest. */
  maxMoveCopies: 2,
  /** How often a file is tried to be handed over, or fetched, before the move is given up: three to five seconds, with the waits above. */
  moveFileTries: 8,
  /** What an agent that is about to move may still have on its way to others; what has not been answered by then is sent again from its new home. */
  moveSettleMs: 50,
  /** How long it is told how moves went: longer than anybody is away. What they are themselves is kept, since nodes ask for it whenever they come back. */
  moveEventsKeptMs: 30 * 24 * 3_600_000,
  /** Moves that a node takes part in at a time; a drain begins the next ones as these end. */
  maxMovesAtOnce: 8,
  /** What an agent may be made anew from, as JSON: as much as a move may carry. Packed, it goes to the initial node in parts that each fit one request. */
  maxCheckpointBytes: 64 * 1_048_576,
  checkpointPartBytes: 900_000,
  checkpointEveryMs: 60_000,
  /** Why a node was thrown out or a person disabled, in characters: a sentence or two. */
  maxReasonLength: 300,
  /** What a join token may be valid for, in seconds: a month. */
  maxJoinTokenSeconds: 30 * 24 * 3_600,

  /** What one input may use of CPU, and evaluating a program: a thousand times what an ordinary handler takes. */
  agentInputMs: 250,
  /** All inputs of one batch together; others wait for their turn meanwhile. */
  agentBatchMs: 1_000,
  /** Time on the wall beyond that, for what the engine cannot interrupt; then the process is killed. */
  agentGraceMs: 100,
  /** By how much longer it may take while it wants the CPU and does not get it: on a machine with five times the work that it can do. */
  agentStarvationFactor: 5,
  /** An agent's engine and everything in it. QuickJS begins with 6 MiB, of which it touches little; a memory of 1 MiB as JSON takes some ten. */
  maxInstanceBytes: 32 * 1_048_576,
  /** The stack of a program: some hundred calls inside one another, well before the stack of the process is full, which would cost the instance. */
  maxInstanceStackBytes: 131_072,
  /** Instances that one process keeps; each is some 0.3 MB and what its program has. The one unused for longest goes first. */
  maxInstancesPerProcess: 128,
  /** A process that has more than this after a batch is replaced by a fresh one, and killed when it has the second during one. */
  agentProcessBytes: 256 * 1_048_576,
  maxAgentProcessBytes: 512 * 1_048_576,
  /** Processes of agents, one per owner, each some 60 MB; one that is idle makes room for another owner's. */
  maxAgentProcesses: 32,
  /** A process in which nothing happens for so long is ended; a new one takes a quarter of a second. */
  agentProcessIdleMs: 600_000,
  /** How often a batch that runs is looked at from outside. */
  agentWatchMs: 25,
  /** How often what a process says of its CPU is compared with what the kernel has counted; reading that costs up to 100 µs. */
  cpuAuditEveryMs: 100,
  /** By how much the two may differ: the kernel shows two counters in hundredths of a second, before and after, and is up to another one late. */
  cpuAuditMarginMs: 50,
  /** What a process has to start. */
  agentProcessStartMs: 10_000,
  /** How long an agent that had to be killed waits: doubles from the first to the last, until a batch has gone well. */
  agentPenaltyFirstMs: 1_000,
  agentPenaltyCapMs: 60_000,
  /** Inputs in one batch: crossing the border of a process and the statements of a commit are shared by enough of them, and all can be run again one by one. */
  maxBatchInputs: 100,
  /** What one input may ask for: messages, words, timers, moves. */
  maxAgentEffects: 100,
  /** Log lines of one input; the rest of them is left out, and a last line says so. */
  maxLogLinesPerInput: 100,
  /** What comes out of one batch, in characters of JSON: a few dozen messages of the largest kind. */
  maxAgentOutputLength: 4 * 1_048_576,
  /** The same with memory, as a process says it on one line; quotes and backslashes double in it. */
  maxAgentReplyBytes: 24 * 1_048_576,
  /** What an agent says at once, in characters: a paragraph or three. */
  maxSaidLength: 2_000,
  /** Ids that programs name: of agents, people, nodes, locations, timers. */
  maxAgentIdLength: 300,
  /** How far ahead a timer may be set: a year. */
  maxTimerMs: 366 * 24 * 3_600_000,
  /** How an agent's error is shown, in characters: the message and some lines. */
  maxFailureLength: 4_096,
  /** The bodies of the messages of one batch together: short enough to be fair. */
  maxBatchBytes: 262_144,
  /** How long a commit of agents' batches waits for others to share it, at the most: nobody notices, and a slow disk is asked less often. */
  commitGatherCapMs: 10,
  /** How often programs with a `tick` are called. */
  tickMs: 1_000,
  /** CPU that an agent gets for each second of time, may save, and is given at first: as in Screeps. Ten busy agents fill a core. */
  cpuMsPerSecond: 100,
  maxCpuBucketMs: 10_000,
  /** Failures in a row after which a new version is rolled back, and one that has been on trial for long is slowed down. */
  maxAgentFailures: 10,
  /** A version that has done so many inputs well is no longer on trial: a stranger's odd messages do not roll it back. */
  trialInputs: 100,
  /** Running again after a fault of ours (no process, no disk): doubles from the first to the last. */
  hostRetryFirstMs: 500,
  hostRetryCapMs: 30_000,
  /** Versions of a program that are kept. */
  keptAgentVersions: 10,
  /** Timers that an agent has set. */
  maxAgentTimers: 1_000,
  /** Secrets of one agent, their names in characters and their values in UTF-16 units: keys and tokens. */
  maxAgentSecrets: 50,
  maxSecretNameLength: 64,
  maxSecretLength: 4_096,
  /** Code that its owner runs in an agent once, in UTF-16 units, and how many wait for one agent. */
  maxCommandLength: 10_000,
  maxCommandsWaiting: 16,
  /** Agents of one developer on one node, and their memories together. */
  maxAgentsPerOwner: 100,
  maxOwnerMemoryBytes: 32 * 1_048_576,
  /** Lines that a program may print for long in a second, and at once; what is beyond is cut, and a line says so. */
  logLinesPerSecond: 20,
  logLineBurst: 200,
  /** How often an avatar may say something or enter somewhere for long in a second, and at once: others want to be heard too. */
  avatarActsPerSecond: 5,
  avatarActBurst: 50,
  /** Batches of people's messages under way to one node: while one is brought to the disk there, the next is on its way. */
  maxBatchesUnderWay: 2,
  /** Agents that hear what is said at a location, each by a message: a crowd in which one can still follow who speaks. */
  maxHearers: 50,
  /** Happenings that a location keeps. */
  maxHappenings: 10_000,
  /** Avatars at one location that names no capacity, and what `presence` lists at the most. */
  maxPresent: 1_000,
  /** What `look()` shows: the location and what is there, as JSON; of the fixed things at most half, so that avatars are seen too. */
  maxSights: 100,
  maxFixedSights: 50,
  maxSightsBytes: 65_536,
  /** Lines of its log that an agent takes along when it moves. */
  maxLogTail: 1_000,
} as const;

// Generated from contracts/src by `npm run generate`.
export const registryAbi = [
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "token_",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "stake_",
        "type": "uint256"
      },
      {
        "internalType": "uint64",
        "name": "exitDelay_",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "removedLock_",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "maxNodes_",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "epochBlocks_",
        "type": "uint64"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "constructor"
  },
  {
    "inputs": [],
    "name": "AlreadyRegistered",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "BadAddress",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "BadParameter",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "BadReason",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "BadVoteKey",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "EpochNotOpen",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "ExitAlreadyRequested",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "ListFull",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "NotAVoteOfThisSeat",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "NotActive",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "NotOperator",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "NothingToWithdraw",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "PageTooLong",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "QuorumTooSmall",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "Reentered",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "TokenFailed",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "TooEarly",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "TooFewVotes",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "TooManyRemovals",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "VoteKeyTaken",
    "type": "error"
  },
  {
    "inputs": [],
    "name": "VotesNotAscending",
    "type": "error"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "uint32",
        "name": "ip",
        "type": "uint32"
      },
      {
        "indexed": false,
        "internalType": "uint16",
        "name": "httpsPort",
        "type": "uint16"
      },
      {
        "indexed": false,
        "internalType": "uint16",
        "name": "omqPort",
        "type": "uint16"
      }
    ],
    "name": "AddressChanged",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "freeAt",
        "type": "uint64"
      }
    ],
    "name": "ExitRequested",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      }
    ],
    "name": "Exited",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "ed25519",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "operator",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "voteKey",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "proofR",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "proofS",
        "type": "bytes32"
      }
    ],
    "name": "Registered",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "epoch",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "enum Registry.Reason",
        "name": "reason",
        "type": "uint8"
      }
    ],
    "name": "Removed",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "operator",
        "type": "address"
      }
    ],
    "name": "Withdrawn",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "MAX_JOURNAL_PAGE",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "MAX_NODE_PAGE",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "MIN_QUORUM",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "QUORUM",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "currentEpoch",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "ed25519",
        "type": "bytes32"
      },
      {
        "internalType": "address",
        "name": "operator",
        "type": "address"
      }
    ],
    "name": "entryOf",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "epochBlocks",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "exitDelay",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      }
    ],
    "name": "finishExit",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "from",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "count",
        "type": "uint256"
      }
    ],
    "name": "journal",
    "outputs": [
      {
        "internalType": "uint256[]",
        "name": "page",
        "type": "uint256[]"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "maxNodes",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      }
    ],
    "name": "nodeOf",
    "outputs": [
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "ed25519",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "proofR",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "proofS",
            "type": "bytes32"
          },
          {
            "internalType": "address",
            "name": "operator",
            "type": "address"
          },
          {
            "internalType": "uint64",
            "name": "id",
            "type": "uint64"
          },
          {
            "internalType": "address",
            "name": "voteKey",
            "type": "address"
          },
          {
            "internalType": "uint32",
            "name": "ip",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "httpsPort",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "omqPort",
            "type": "uint16"
          },
          {
            "internalType": "uint64",
            "name": "addressSerial",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "joinedBlock",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "freeAt",
            "type": "uint64"
          },
          {
            "internalType": "enum Registry.State",
            "name": "state",
            "type": "uint8"
          }
        ],
        "internalType": "struct Registry.Node",
        "name": "",
        "type": "tuple"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "from",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "count",
        "type": "uint256"
      }
    ],
    "name": "nodes",
    "outputs": [
      {
        "components": [
          {
            "internalType": "bytes32",
            "name": "ed25519",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "proofR",
            "type": "bytes32"
          },
          {
            "internalType": "bytes32",
            "name": "proofS",
            "type": "bytes32"
          },
          {
            "internalType": "address",
            "name": "operator",
            "type": "address"
          },
          {
            "internalType": "uint64",
            "name": "id",
            "type": "uint64"
          },
          {
            "internalType": "address",
            "name": "voteKey",
            "type": "address"
          },
          {
            "internalType": "uint32",
            "name": "ip",
            "type": "uint32"
          },
          {
            "internalType": "uint16",
            "name": "httpsPort",
            "type": "uint16"
          },
          {
            "internalType": "uint16",
            "name": "omqPort",
            "type": "uint16"
          },
          {
            "internalType": "uint64",
            "name": "addressSerial",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "joinedBlock",
            "type": "uint64"
          },
          {
            "internalType": "uint64",
            "name": "freeAt",
            "type": "uint64"
          },
          {
            "internalType": "enum Registry.State",
            "name": "state",
            "type": "uint8"
          }
        ],
        "internalType": "struct Registry.Node[]",
        "name": "page",
        "type": "tuple[]"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "epoch",
        "type": "uint64"
      }
    ],
    "name": "quorum",
    "outputs": [
      {
        "internalType": "uint64[]",
        "name": "ids",
        "type": "uint64[]"
      },
      {
        "internalType": "address[]",
        "name": "voters",
        "type": "address[]"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "ed25519",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "proofR",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "proofS",
        "type": "bytes32"
      },
      {
        "internalType": "address",
        "name": "voteKey",
        "type": "address"
      },
      {
        "internalType": "bytes",
        "name": "voteSignature",
        "type": "bytes"
      },
      {
        "internalType": "uint32",
        "name": "ip",
        "type": "uint32"
      },
      {
        "internalType": "uint16",
        "name": "httpsPort",
        "type": "uint16"
      },
      {
        "internalType": "uint16",
        "name": "omqPort",
        "type": "uint16"
      }
    ],
    "name": "register",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      }
    ],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "epoch",
        "type": "uint64"
      },
      {
        "internalType": "enum Registry.Reason",
        "name": "reason",
        "type": "uint8"
      },
      {
        "internalType": "uint256[]",
        "name": "seats",
        "type": "uint256[]"
      },
      {
        "internalType": "bytes[]",
        "name": "signatures",
        "type": "bytes[]"
      }
    ],
    "name": "remove",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "removedLock",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      }
    ],
    "name": "requestExit",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "stake",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "summary",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "count",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "journalLength",
        "type": "uint256"
      },
      {
        "internalType": "uint64",
        "name": "serial",
        "type": "uint64"
      },
      {
        "internalType": "uint64",
        "name": "epoch",
        "type": "uint64"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "token",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      },
      {
        "internalType": "uint32",
        "name": "ip",
        "type": "uint32"
      },
      {
        "internalType": "uint16",
        "name": "httpsPort",
        "type": "uint16"
      },
      {
        "internalType": "uint16",
        "name": "omqPort",
        "type": "uint16"
      }
    ],
    "name": "updateAddress",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "voters",
        "type": "uint256"
      }
    ],
    "name": "votesNeeded",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "pure",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint64",
        "name": "id",
        "type": "uint64"
      }
    ],
    "name": "withdraw",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const;

// SPDX-License-Identifier: AGPL-3.0-only
pragma solidity ^0.8.28;

/// What this contract asks of the token that nodes are staked in.
interface IStakeToken {
    function balanceOf(address holder) external view returns (uint256);
}

/// Who the storage nodes of one network are.
///
/// A node is registered by its operator with a stake, leaves after a delay, and is removed by a quorum of the
/// other nodes. There is no owner, no upgrade and no pause: nobody can remove a node, take a stake or change a
/// number but by the functions below. All that is fixed is in the constructor.
///
/// Ed25519 cannot be checked here at a price that anybody pays. The proof that an operator holds the node's key
/// is kept beside it, and every reader checks it and drops the entry if it is bad. So a key may stand here
/// several times, once for each operator, and whoever registers a key of somebody else blocks nobody.
contract Registry {
    struct Node {
        bytes32 ed25519;
        /// The two halves of the Ed25519 signature over the text of `proofText` in the reader.
        bytes32 proofR;
        bytes32 proofS;
        /// Pays the stake, gets it back, and is the only one who changes or withdraws the entry.
        address operator;
        uint64 id;
        /// Signs votes; its possession was proved here.
        address voteKey;
        uint32 ip;
        uint16 httpsPort;
        uint16 omqPort;
        /// Grows with every registration and change of address, of all nodes. Of two that claim one address,
        /// readers list the one that claimed it first.
        uint64 addressSerial;
        uint64 joinedBlock;
        /// Seconds; when the stake can be withdrawn. 0 while neither exit nor removal has begun.
        uint64 freeAt;
        State state;
    }

    enum State {
        None,
        /// In the list, exit asked for or not.
        Active,
        /// Not in the list, stake still here.
        Left,
        /// Stake paid back.
        Paid
    }

    /// Why a quorum removes a node. The numbers are part of what is signed.
    enum Reason {
        None,
        Unreachable,
        BadProof
    }

    /// One place in the list. Beside the ID, what a quorum's choice asks of each node, in the same slot.
    struct Place {
        uint64 id;
        uint64 joinedBlock;
    }

    address public immutable token;
    /// What each node stakes, in the token's smallest unit.
    uint256 public immutable stake;
    /// Seconds between `requestExit` and `finishExit`.
    uint64 public immutable exitDelay;
    /// Seconds for which the stake of a removed node stays here.
    uint64 public immutable removedLock;
    /// Nodes in the list at most.
    uint64 public immutable maxNodes;
    /// Blocks for which one draw of quorums holds. Block hashes are known for 256 blocks only, and a vote is
    /// taken in its epoch and in the next one.
    uint64 public immutable epochBlocks;

    uint256 public constant QUORUM = 10;
    /// A node and one other cannot throw each other out.
    uint256 public constant MIN_QUORUM = 2;
    uint256 public constant MAX_NODE_PAGE = 100;
    uint256 public constant MAX_JOURNAL_PAGE = 1000;
    /// The largest value of an ECDSA signature's s that is not the twin of another.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant REGISTRATION_TYPE = keccak256("Registration(address operator,bytes32 ed25519)");
    bytes32 private constant REMOVAL_TYPE = keccak256("Removal(uint64 node,uint64 epoch,uint8 reason)");

    mapping(uint64 id => Node) private _nodes;
    /// Place in the list plus one.
    mapping(uint64 id => uint256) private _placeOf;
    Place[] private _list;
    /// The newest entry of a key and operator, in the list or not.
    mapping(bytes32 keyOfOperator => uint64 id) private _newestOf;
    mapping(address voteKey => uint64 id) private _voterOf;
    /// Every coming and going, oldest first: the swarms of all nodes follow from it (see `journal`).
    uint256[] private _journal;
    mapping(uint64 epoch => uint256 count) private _removedIn;
    uint64 private _lastId;
    uint64 private _serial;
    bool private _entered;

    event Registered(
        uint64 indexed id, bytes32 indexed ed25519, address indexed operator, address voteKey, bytes32 proofR, bytes32 proofS
    );
    event AddressChanged(uint64 indexed id, uint32 ip, uint16 httpsPort, uint16 omqPort);
    event ExitRequested(uint64 indexed id, uint64 freeAt);
    event Exited(uint64 indexed id);
    event Removed(uint64 indexed id, uint64 epoch, Reason reason);
    event Withdrawn(uint64 indexed id, address indexed operator);

    error BadParameter();
    error BadAddress();
    error BadVoteKey();
    error AlreadyRegistered();
    error VoteKeyTaken();
    error ListFull();
    error NotOperator();
    error NotActive();
    error ExitAlreadyRequested();
    error TooEarly();
    error NothingToWithdraw();
    error TokenFailed();
    error Reentered();
    error EpochNotOpen();
    error BadReason();
    error QuorumTooSmall();
    error TooFewVotes();
    error VotesNotAscending();
    error NotAVoteOfThisSeat();
    error TooManyRemovals();
    error PageTooLong();

    constructor(
        address token_,
        uint256 stake_,
        uint64 exitDelay_,
        uint64 removedLock_,
        uint64 maxNodes_,
        uint64 epochBlocks_
    ) {
        bool sound = token_.code.length > 0 && stake_ > 0 && maxNodes_ > 0 && epochBlocks_ > 0;
        if (!sound || maxNodes_ > 1000 || epochBlocks_ > 120) revert BadParameter();
        // So that no sum of a time and a delay overflows, and no stake is locked for good.
        if (exitDelay_ > 365 days || removedLock_ > 365 days) revert BadParameter();
        token = token_;
        stake = stake_;
        exitDelay = exitDelay_;
        removedLock = removedLock_;
        maxNodes = maxNodes_;
        epochBlocks = epochBlocks_;
    }

    /// A token that calls back finds the door closed.
    modifier once() {
        if (_entered) revert Reentered();
        _entered = true;
        _;
        _entered = false;
    }

    // ---------------------------------------------------------------------------------------------- operators

    /// Register a node. The stake must have been approved. `proofR` and `proofS` are not looked at here;
    /// `voteSignature` is by the vote key over `Registration(operator, ed25519)`.
    function register(
        bytes32 ed25519,
        bytes32 proofR,
        bytes32 proofS,
        address voteKey,
        bytes calldata voteSignature,
        uint32 ip,
        uint16 httpsPort,
        uint16 omqPort
    ) external once returns (uint64 id) {
        if (_list.length >= maxNodes) revert ListFull();
        bytes32 entry = keccak256(abi.encode(ed25519, msg.sender));
        if (_nodes[_newestOf[entry]].state == State.Active) revert AlreadyRegistered();
        if (_voterOf[voteKey] != 0) revert VoteKeyTaken();
        bytes32 text = keccak256(abi.encode(REGISTRATION_TYPE, msg.sender, ed25519));
        if (voteKey == address(0) || _signer(text, voteSignature) != voteKey) revert BadVoteKey();
        _requireAddress(ip, httpsPort);

        id = ++_lastId;
        Node storage node = _nodes[id];
        node.ed25519 = ed25519;
        node.proofR = proofR;
        node.proofS = proofS;
        node.operator = msg.sender;
        node.id = id;
        node.voteKey = voteKey;
        node.ip = ip;
        node.httpsPort = httpsPort;
        node.omqPort = omqPort;
        node.addressSerial = ++_serial;
        node.joinedBlock = uint64(block.number);
        node.state = State.Active;
        _newestOf[entry] = id;
        _voterOf[voteKey] = id;
        _list.push(Place(id, uint64(block.number)));
        _placeOf[id] = _list.length;
        _record(id, true);
        emit Registered(id, ed25519, msg.sender, voteKey, proofR, proofS);
        emit AddressChanged(id, ip, httpsPort, omqPort);
        _take(msg.sender);
    }

    function updateAddress(uint64 id, uint32 ip, uint16 httpsPort, uint16 omqPort) external {
        Node storage node = _activeOf(id);
        if (node.operator != msg.sender) revert NotOperator();
        _requireAddress(ip, httpsPort);
        node.ip = ip;
        node.httpsPort = httpsPort;
        node.omqPort = omqPort;
        node.addressSerial = ++_serial;
        emit AddressChanged(id, ip, httpsPort, omqPort);
    }

    /// Begin to leave. The node stays in the list, keeps its mail and can be removed until `finishExit`.
    function requestExit(uint64 id) external {
        Node storage node = _activeOf(id);
        if (node.operator != msg.sender) revert NotOperator();
        if (node.freeAt != 0) revert ExitAlreadyRequested();
        node.freeAt = uint64(block.timestamp) + exitDelay;
        emit ExitRequested(id, node.freeAt);
    }

    /// Take a node off the list whose exit was asked for and whose delay is over. Anybody may: a list that
    /// names nodes without a stake would be worth less.
    function finishExit(uint64 id) public {
        Node storage node = _activeOf(id);
        if (node.freeAt == 0 || block.timestamp < node.freeAt) revert TooEarly();
        _leave(node);
        emit Exited(id);
    }

    /// Pay the stake back to the operator, to nobody else, whoever asks for it.
    function withdraw(uint64 id) external once {
        Node storage node = _nodes[id];
        if (node.state == State.Active) finishExit(id);
        if (node.state != State.Left) revert NothingToWithdraw();
        if (block.timestamp < node.freeAt) revert TooEarly();
        node.state = State.Paid;
        emit Withdrawn(id, node.operator);
        _give(node.operator);
    }

    // ------------------------------------------------------------------------------------------------ removal

    /// Remove a node by the votes of its quorum. `seats` ascend and say whose each signature is. The node's
    /// stake stays here for `removedLock` and is then its operator's: a quorum can judge wrongly, and one that
    /// gained by it would.
    function remove(uint64 id, uint64 epoch, Reason reason, uint256[] calldata seats, bytes[] calldata signatures)
        external
    {
        Node storage node = _activeOf(id);
        if (reason == Reason.None) revert BadReason();
        (, address[] memory voters) = _quorum(id, epoch);
        if (voters.length < MIN_QUORUM) revert QuorumTooSmall();
        if (seats.length != signatures.length || seats.length < votesNeeded(voters.length)) revert TooFewVotes();
        bytes32 text = keccak256(abi.encode(REMOVAL_TYPE, id, epoch, uint8(reason)));
        for (uint256 vote = 0; vote < seats.length; vote++) {
            if (vote > 0 && seats[vote] <= seats[vote - 1]) revert VotesNotAscending();
            if (seats[vote] >= voters.length) revert NotAVoteOfThisSeat();
            if (_signer(text, signatures[vote]) != voters[seats[vote]]) revert NotAVoteOfThisSeat();
        }
        // Of so many nodes a twentieth, and one: whoever bends one draw empties no list.
        if (_removedIn[epoch]++ > _list.length / 20) revert TooManyRemovals();
        uint64 freeAt = uint64(block.timestamp) + removedLock;
        if (node.freeAt < freeAt) node.freeAt = freeAt;
        _leave(node);
        emit Removed(id, epoch, reason);
    }

    /// Two thirds, rounded up: 7 of 10.
    function votesNeeded(uint256 voters) public pure returns (uint256) {
        return (2 * voters + 2) / 3;
    }

    /// The epoch that is open now, and of which votes are made.
    function currentEpoch() public view returns (uint64) {
        // The hash of an epoch's first block is not known within that block.
        return uint64((block.number - 1) / epochBlocks);
    }

    /// Who votes on a node in an epoch: IDs and vote keys by seat.
    function quorum(uint64 id, uint64 epoch) external view returns (uint64[] memory ids, address[] memory voters) {
        return _quorum(id, epoch);
    }

    // ---------------------------------------------------------------------------------------------- for readers

    /// How much there is to read, and a number that grows with every change of the list.
    function summary() external view returns (uint256 count, uint256 journalLength, uint64 serial, uint64 epoch) {
        return (_list.length, _journal.length, _serial, currentEpoch());
    }

    /// Entries from a place of the list on. The order means nothing.
    function nodes(uint256 from, uint256 count) external view returns (Node[] memory page) {
        if (count > MAX_NODE_PAGE) revert PageTooLong();
        uint256 end = from + count < _list.length ? from + count : _list.length;
        page = new Node[](end > from ? end - from : 0);
        for (uint256 i = 0; i < page.length; i++) page[i] = _nodes[_list[from + i].id];
    }

    /// The newest entry of a key and operator, as long as its stake is here; 0 for none.
    function entryOf(bytes32 ed25519, address operator) external view returns (uint64) {
        uint64 id = _newestOf[keccak256(abi.encode(ed25519, operator))];
        return _nodes[id].state == State.Paid ? 0 : id;
    }

    /// Any entry there ever was.
    function nodeOf(uint64 id) external view returns (Node memory) {
        return _nodes[id];
    }

    /// Comings and goings from a place on. Of each, from the highest bit: 1 for a coming or 0 (8 bits), 56 bits
    /// of the block's number, 64 bits of the ID, 64 bits of nothing, and the first 64 bits of the hash of the
    /// block before, from which the swarms are drawn.
    function journal(uint256 from, uint256 count) external view returns (uint256[] memory page) {
        if (count > MAX_JOURNAL_PAGE) revert PageTooLong();
        uint256 end = from + count < _journal.length ? from + count : _journal.length;
        page = new uint256[](end > from ? end - from : 0);
        for (uint256 i = 0; i < page.length; i++) page[i] = _journal[from + i];
    }

    // -------------------------------------------------------------------------------------------------- inside

    function _activeOf(uint64 id) private view returns (Node storage node) {
        node = _nodes[id];
        if (node.state != State.Active) revert NotActive();
    }

    function _requireAddress(uint32 ip, uint16 httpsPort) private pure {
        if (ip == 0 || httpsPort == 0) revert BadAddress();
    }

    function _leave(Node storage node) private {
        uint64 id = node.id;
        uint256 place = _placeOf[id];
        Place memory last = _list[_list.length - 1];
        _list[place - 1] = last;
        _placeOf[last.id] = place;
        _list.pop();
        delete _placeOf[id];
        delete _voterOf[node.voteKey];
        node.state = State.Left;
        ++_serial;
        _record(id, false);
    }

    function _record(uint64 id, bool came) private {
        uint256 seed = uint256(blockhash(block.number - 1)) >> 192;
        uint256 head = (came ? uint256(1) << 248 : 0) | (block.number << 192);
        _journal.push(head | (uint256(id) << 128) | seed);
    }

    /// The ten nodes with the lowest draw for this node and epoch, of those that were there before the epoch
    /// began: who registers or leaves later changes no other seat. `remove` reads the whole list for it.
    function _quorum(uint64 target, uint64 epoch) private view returns (uint64[] memory ids, address[] memory voters) {
        uint256 start = uint256(epoch) * epochBlocks;
        uint64 open = currentEpoch();
        if (epoch > open || epoch + 1 < open) revert EpochNotOpen();
        bytes32 seed = keccak256(abi.encode(blockhash(start), target));
        uint256[QUORUM] memory draws;
        uint64[QUORUM] memory drawn;
        uint256 size;
        for (uint256 i = 0; i < _list.length; i++) {
            Place memory place = _list[i];
            if (place.id == target || place.joinedBlock >= start) continue;
            uint256 draw = uint256(keccak256(abi.encode(seed, place.id)));
            if (size == QUORUM && draw >= draws[QUORUM - 1]) continue;
            uint256 seat = size < QUORUM ? size++ : QUORUM - 1;
            for (; seat > 0 && draws[seat - 1] > draw; seat--) {
                draws[seat] = draws[seat - 1];
                drawn[seat] = drawn[seat - 1];
            }
            draws[seat] = draw;
            drawn[seat] = place.id;
        }
        ids = new uint64[](size);
        voters = new address[](size);
        for (uint256 seat = 0; seat < size; seat++) {
            ids[seat] = drawn[seat];
            voters[seat] = _nodes[drawn[seat]].voteKey;
        }
    }

    /// Of an EIP-712 signature for this contract on this chain; 0 for what is none.
    function _signer(bytes32 text, bytes calldata signature) private view returns (address) {
        if (signature.length != 65) return address(0);
        bytes32 r = bytes32(signature[0:32]);
        bytes32 s = bytes32(signature[32:64]);
        if (uint256(s) > HALF_ORDER) return address(0);
        // With the chain as it is now: after a fork no signature counts on both sides.
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPE, keccak256("Sotto Registry"), keccak256("1"), block.chainid, address(this))
        );
        return ecrecover(keccak256(abi.encodePacked(hex"1901", domain, text)), uint8(signature[64]), r, s);
    }

    /// Tokens that keep a part of what is moved would leave a stake that cannot be paid back.
    function _take(address from) private {
        uint256 before = IStakeToken(token).balanceOf(address(this));
        _call(abi.encodeWithSignature("transferFrom(address,address,uint256)", from, address(this), stake));
        if (IStakeToken(token).balanceOf(address(this)) != before + stake) revert TokenFailed();
    }

    function _give(address to) private {
        _call(abi.encodeWithSignature("transfer(address,uint256)", to, stake));
    }

    /// Some tokens answer nothing, others false.
    function _call(bytes memory data) private {
        (bool done, bytes memory answer) = token.call(data);
        if (!done || (answer.length > 0 && !abi.decode(answer, (bool)))) revert TokenFailed();
    }
}

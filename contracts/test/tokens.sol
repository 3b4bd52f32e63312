// SPDX-License-Identifier: AGPL-3.0-only
pragma solidity ^0.8.28;

/// What all tokens of these tests do alike.
abstract contract AnyToken {
    mapping(address holder => uint256) public balanceOf;

    function mint(address to, uint256 value) external {
        balanceOf[to] += value;
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }

    function _move(address from, address to, uint256 value) internal {
        balanceOf[from] -= value;
        balanceOf[to] += value;
    }
}

/// Calls the registry back, with what it was told, whenever it moves.
contract ReentrantToken is AnyToken {
    bytes public call;
    bool public succeeded;
    bool private _inside;

    function plan(bytes calldata call_) external {
        call = call_;
        succeeded = false;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        return _moveAndCall(from, to, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        return _moveAndCall(msg.sender, to, value);
    }

    function _moveAndCall(address from, address to, uint256 value) private returns (bool) {
        _move(from, to, value);
        if (call.length > 0 && !_inside) {
            _inside = true;
            (succeeded,) = msg.sender.call(call);
            _inside = false;
        }
        return true;
    }
}

/// Answers nothing, as some tokens of before ERC-20 was settled.
contract SilentToken is AnyToken {
    function transferFrom(address from, address to, uint256 value) external {
        _move(from, to, value);
    }

    function transfer(address to, uint256 value) external {
        _move(msg.sender, to, value);
    }
}

/// Says no instead of undoing.
contract RefusingToken is AnyToken {
    function transferFrom(address, address, uint256) external pure returns (bool) {
        return false;
    }
}

/// Keeps a part of whatever moves.
contract TakingToken is AnyToken {
    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _move(from, to, value - 1);
        return true;
    }
}

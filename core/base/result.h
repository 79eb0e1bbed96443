// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace intersect {

/// What kind of failure an Error is; the command line turns it into its exit code (2, 3, 4, 130).
enum class ErrorCode { Usage, BadInput, Failed, Interrupted };

/// One expected failure: what happened to which thing, and what to do next. Whole sentences, English.
struct Error {
    ErrorCode code = ErrorCode::Failed;
    std::string message;             ///< names the thing and the cause
    std::filesystem::path path = {}; ///< the file or folder it is about; may be empty
    int line = 0;                    ///< counted from 1; 0: no line
    std::string advice = {};         ///< the next step; may be empty
};

template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for returning a failure: `return fail(ErrorCode::BadInput, "…", path)`.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::filesystem::path path = {}, int line = 0,
                                  std::string advice = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(path), line, std::move(advice)});
}

/// Passes on the failure of another Result.
template <class T>
tl::unexpected<Error> failAs(const Result<T>& result) {
    return tl::unexpected<Error>(result.error());
}

/// The stable word for an error code in JSON ("usage", "bad_input", "failed", "interrupted").
const char* errorCodeName(ErrorCode code);

/// The exit code of the command line for an error code (2, 3, 4, 130).
int exitCodeOf(ErrorCode code);

/// One sentence for people: "path:line: message advice", leaving out what is empty or already said in the message.
std::string describe(const Error& error);

} // namespace intersect

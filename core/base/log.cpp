// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace intersect {

void setUpLog(bool quiet) {
    auto logger = spdlog::get("intersect");
    if (!logger)
        logger = spdlog::stderr_logger_mt("intersect");
    logger->set_pattern("%v");
    logger->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
    spdlog::set_default_logger(logger);
}

void logInfo(std::string_view text) {
    spdlog::info("{}", text);
}

void logWarning(std::string_view text) {
    spdlog::warn("{}", text);
}

} // namespace intersect

#include "ctoml.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>
#include <string_view>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

static char *fail(ctoml_failure *failure, const char *message, uint32_t line, uint32_t column) {
    std::snprintf(failure->message, sizeof failure->message, "%s", message);
    failure->line = line;
    failure->column = column;
    return nullptr;
}

extern "C" char *ctoml_to_json(const char *text, size_t length, ctoml_failure *failure) {
    try {
        const toml::table table = toml::parse(std::string_view(text, length));
        std::ostringstream json;
        json << toml::json_formatter{table};
        return strdup(json.str().c_str());
    } catch (const toml::parse_error &error) {
        const auto place = error.source().begin;
        return fail(failure, std::string(error.description()).c_str(), place.line, place.column);
    } catch (const std::exception &error) {
        return fail(failure, error.what(), 0, 0);
    }
}

extern "C" void ctoml_free(char *json) { std::free(json); }

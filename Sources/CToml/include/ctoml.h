#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What is wrong with a document, and where; lines and columns count from 1. */
typedef struct {
    char message[256];
    uint32_t line;
    uint32_t column;
} ctoml_failure;

/* Reads a TOML document with toml++ and gives it as JSON text, ended by 0, for ctoml_free; NULL
   where it is none, with the reason in `failure`. */
char *ctoml_to_json(const char *text, size_t length, ctoml_failure *failure);

void ctoml_free(char *json);

#ifdef __cplusplus
}
#endif

#endif

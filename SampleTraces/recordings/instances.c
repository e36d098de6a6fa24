/* Three instances of one module, alive at once, and the dump of each.
   cc -O2 -I WAMR/core/iwasm/include instances.c libiwasm.a -lm -lpthread -o instances */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wasm_export.h"

#define COUNT 3

static uint8_t *
read_file(const char *path, uint32_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes;
    long length;

    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    length = ftell(file);
    rewind(file);
    bytes = malloc((size_t)length);
    *size = (uint32_t)fread(bytes, 1, (size_t)length, file);
    fclose(file);
    return bytes;
}

int
main(int argc, char **argv)
{
    RuntimeInitArgs arguments;
    wasm_module_t module;
    wasm_module_inst_t instances[COUNT];
    wasm_exec_env_t environments[COUNT];
    char error[128];
    uint32_t size;
    uint8_t *bytes;
    int i;

    memset(&arguments, 0, sizeof(arguments));
    arguments.mem_alloc_type = Alloc_With_System_Allocator;
    if (argc != 2 || !wasm_runtime_full_init(&arguments)
        || !(bytes = read_file(argv[1], &size)))
        return 1;
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_VERBOSE);
    if (!(module = wasm_runtime_load(bytes, size, error, sizeof(error))))
        return 2;
    for (i = 0; i < COUNT; i++) {
        instances[i] =
            wasm_runtime_instantiate(module, 8192, 16384, error, sizeof(error));
        environments[i] = wasm_runtime_create_exec_env(instances[i], 8192);
    }
    for (i = 0; i < COUNT; i++) {
        uint32_t values[1] = { 0 };
        wasm_runtime_call_wasm(
            environments[i],
            wasm_runtime_lookup_function(instances[i], "total"), 0, values);
        wasm_runtime_dump_mem_consumption(environments[i]);
    }
    for (i = 0; i < COUNT; i++) {
        wasm_runtime_destroy_exec_env(environments[i]);
        wasm_runtime_deinstantiate(instances[i]);
    }
    wasm_runtime_unload(module);
    free(bytes);
    wasm_runtime_destroy();
    return 0;
}

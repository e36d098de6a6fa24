/* The part of WAMR's interface that the example in Tools/embedder/README.md needs, so that the
   tests can compile it without WAMR. */
#ifndef WASM_EXPORT_H
#define WASM_EXPORT_H
#include <stdbool.h>
#include <stdint.h>
typedef enum {
    Alloc_With_Pool,
    Alloc_With_Allocator,
    Alloc_With_System_Allocator
} mem_alloc_type_t;
typedef struct {
    mem_alloc_type_t mem_alloc_type;
    union {
        struct {
            void *malloc_func, *realloc_func, *free_func, *user_data;
        } allocator;
    } mem_alloc_option;
} RuntimeInitArgs;
typedef struct WASMModuleCommon *wasm_module_t;
typedef struct WASMModuleInstanceCommon *wasm_module_inst_t;
bool wasm_runtime_full_init(RuntimeInitArgs *args);
wasm_module_t wasm_runtime_load(uint8_t *buffer, uint32_t size, char *error, uint32_t error_size);
wasm_module_inst_t wasm_runtime_instantiate(wasm_module_t module, uint32_t stack_size,
                                            uint32_t heap_size, char *error, uint32_t error_size);
bool wasm_application_execute_main(wasm_module_inst_t instance, int32_t argc, char *argv[]);
void wasm_runtime_deinstantiate(wasm_module_inst_t instance);
void wasm_runtime_unload(wasm_module_t module);
void wasm_runtime_destroy(void);
#endif

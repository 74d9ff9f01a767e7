#include "lerl/llm/openai_backend.h"

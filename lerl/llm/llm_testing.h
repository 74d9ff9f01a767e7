#pragma once
// The real default model for tests; where its file has not been fetched they are skipped.

#include <gtest/gtest.h>

#include <filesystem>

#include "lerl/llm/model_file.h"

// In a test body: the path of the default model in its fast form, as `path`.
#define LERL_NEED_DEFAULT_MODEL(path)                                           \
  if (!std::filesystem::exists(lerl::DefaultModelSource())) {                   \
    GTEST_SKIP() << "the default model has not been fetched; run `make setup`"; \
  }                                                                             \
  const std::filesystem::path path = lerl::ResolveModel("")

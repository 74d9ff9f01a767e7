#pragma once
// Settings of the planners, and of the plan policy that all of them share.

#include <cstdint>
#include <string>

#include "lerl/base/config.h"
#include "lerl/llm/endpoint/endpoint_config.h"
#include "lerl/planner/student_config.h"

namespace lerl {

// Settings of the language model planner (planner/llm/llm_planner.h) and of its plan table
// (planner/llm/plan_table.h).
struct LlmPlannerConfig {
  std::string model;  // path of a GGUF file
  std::string prompt_dir;
  std::string mode = "auto";
  std::string names_template = "categories";
  std::string form = "chat";
  std::string state = "full";
  int64_t threads = 1;
  int64_t context = 4096;
  int64_t batch = 32;
  int64_t gpu_layers = 0;
  std::string lora;
  double lora_scale = 1;
  double temperature = 0;
  std::string calibrate = "mean";
  int64_t label_seed = 1;
  int64_t favourites = 3;
  bool name_user = false;
  bool reuse_samples = false;
  int64_t tries = 3;
  int64_t cache_capacity = 20000;
  int64_t train_plans = 600;
  int64_t valid_plans = 600;
  bool tabulate = false;
  std::string table;
  bool reflect = true;
  int64_t reflections_per_iteration = 2;
  int64_t max_reflections = 40;
  int64_t reflection_tokens = 40;
  int64_t pool_capacity = 200;
  int64_t sampled_reflections = 3;
  int64_t refresh_every = 10;
  double alpha = 0;
  bool published_pool = false;
  bool published_draws = false;
  std::string fallback;
  EndpointConfig endpoint;

  // The mode that "auto" stands for: names where the model runs in process, and letters for an
  // endpoint, whose chat API can't continue a text.
  std::string answer_mode() const {
    if (mode != "auto") return mode;
    return endpoint.urls.empty() ? "names" : "letters";
  }

  // Whether an answer is a sample that serves one plan alone: a list generated above temperature 0.
  bool fresh_samples() const {
    return answer_mode() == "generate" && temperature > 0 && !reuse_samples;
  }

  void VisitFields(FieldVisitor& visit) {
    VisitPrompt(visit);
    VisitModel(visit);
    VisitAnswers(visit);
    VisitReflections(visit);
    visit("fallback", fallback,
          "planner whose plan is used where the model gave none; empty: the categories that the "
          "user liked most");
    visit.Section("endpoint", endpoint);
  }

 private:
  // What is asked, and of which model.
  void VisitPrompt(FieldVisitor& visit) {
    visit("model", model, "path of a GGUF file; empty: SmolLM2-135M-Instruct from the cache");
    visit("prompt_dir", prompt_dir, "folder of prompt templates; empty: the built-in ones");
    visit(
        "mode", mode,
        "how the model answers: scores of the categories' names, scores of letters that stand for "
        "them, or a generated list of letters; auto: names, and letters for an endpoint",
        {"auto", "names", "letters", "generate"});
    visit("names_template", names_template,
          "prompt of mode names: a built-in one (categories, films), or the path of a file (.txt)");
    visit("form", form,
          "mode names: a plain text that the model continues, or a message of its chat template",
          {"plain", "chat"});
    visit("state", state,
          "what a prompt shows of a user: favourites, last slate and what was shown too often; or "
          "the favourite and the last liked category; or two favourites and that",
          {"full", "pair", "triple"});
  }

  // How the model runs in process.
  void VisitModel(FieldVisitor& visit) {
    visit("threads", threads, "threads of the language model", Range{1, 256});
    visit("context", context, "tokens of a batch together with the shared prefix", Range{256, 1e6});
    visit("batch", batch, "prompts that are computed together", Range{1, 200});
    visit("gpu_layers", gpu_layers, "layers of the model on the GPU; -1: all", Range{-1, 10000});
    visit("lora", lora,
          "LoRA adapter for the model: a GGUF file, or one that comes with the program (ml-100k); "
          "empty: none");
    visit("lora_scale", lora_scale, "strength of the adapter", Range{-100, 100});
  }

  // How answers become scores, which of them are kept, and how many there are.
  void VisitAnswers(FieldVisitor& visit) {
    visit("temperature", temperature, "0: by score; above: sampled from the scores", Range{0, 10});
    visit("reuse_samples", reuse_samples,
          "mode generate above temperature 0: a state keeps its first sampled list; off: every "
          "plan samples anew");
    visit("calibrate", calibrate,
          "subtract from the scores those of the prompt without history, or their mean over states "
          "with one favourite alone",
          {"off", "neutral", "mean"});
    visit("tries", tries,
          "invalid answers in a row after which a state is not asked any more in this run",
          Range{1, 1000});
    visit("label_seed", label_seed, "of the permutation of labels", Range{0, 9e15});
    visit("favourites", favourites, "long-term favourite categories that a prompt shows",
          Range{1, 20});
    visit("name_user", name_user,
          "a prompt names the user, for models that know users by name (fine-tuned, scripted)");
    visit("cache_capacity", cache_capacity, "rankings kept; the oldest leaves", Range{1, 1e7});
    visit("train_plans", train_plans,
          "fresh plans in training; beyond them the nearest cached state's ranking is used",
          Range{1, 1e9});
    visit("valid_plans", valid_plans, "the same for the validation sessions between iterations",
          Range{0, 1e9});
    visit(
        "tabulate", tabulate,
        "ask for all states before the first plan and look them up from then on; needs state pair "
        "or triple, and no reflections (planner llm_table sees to both)");
    visit("table", table, "file of that table; empty: in the cache, named by model and prompt");
  }

  // The high-level critic and its pool (planner/llm/reflection_pool.h).
  void VisitReflections(FieldVisitor& visit) {
    visit("reflect", reflect, "high-level critic: reflections on ended sessions in the prompt");
    visit("reflections_per_iteration", reflections_per_iteration,
          "sessions of an iteration that are reflected on", Range{0, 10000});
    visit("max_reflections", max_reflections, "reflections written in a run", Range{0, 1e7});
    visit("reflection_tokens", reflection_tokens, "longest reflection, tokens", Range{5, 400});
    visit("pool_capacity", pool_capacity, "N_r, reflections kept; the lowest return leaves",
          Range{1, 1e6});
    visit("sampled_reflections", sampled_reflections, "N_s, reflections in a prompt", Range{0, 20});
    visit("refresh_every", refresh_every,
          "iterations between draws of reflections (a draw empties the exact cache's value)",
          Range{1, 1e6});
    visit("alpha", alpha,
          "of softmax(alpha S) over the pool, S the return of a session; 0: 1 / sd of S in the "
          "pool (LERL's code: .1 on clicks, which is .1 K where S counts likes / K)",
          Range{0, 1e6});
    visit("published_pool", published_pool, "the oldest reflection leaves a full pool");
    visit("published_draws", published_draws,
          "reflections are drawn anew at each step of the sessions, the same for all users");
  }
};

// Settings of the learned head (planner/learned/learned_planner.h).
struct HeadConfig {
  double gamma = 0.7;
  double l2 = 100;
  double keep = 1;
  double explore = 0.5;
  double start = 0.1;

  void VisitFields(FieldVisitor& visit) {
    visit("gamma", gamma, "discount of the return after the step; 0: the step alone", Range{0, 1});
    visit("l2", l2, "pull towards the start, in sessions' steps", Range{1e-3, 1e9});
    visit("keep", keep, "weight of what was learned, from one iteration to the next", Range{0, 1});
    visit("explore", explore, "width of the draws of the head in training, in posterior sd",
          Range{0, 100});
    visit("start", start, "reward that one sd of the logs' profile score is worth at the start",
          Range{0, 100});
  }
};

// Settings of the planner llm_grounded (planner/llm/llm_grounded_planner.h).
struct GroundedConfig {
  double weight = -1;
  double start_weight = 0;
  int64_t asked = 2;
  int64_t samples = 50000;

  void VisitFields(FieldVisitor& visit) {
    visit("weight", weight, "w of the language model; -1: learned", Range{-1, 1});
    visit("start_weight", start_weight, "w until there are 60 sessions to learn it from",
          Range{0, 1});
    visit("asked", asked, "while w is 0 the model is asked in one session of training in so many",
          Range{1, 1000});
    visit("samples", samples, "latest steps that w is learned from", Range{50, 1e6});
  }
};

// Settings of planners that heed wishes (planner/wishes/wish_planner.h).
struct WishConfig {
  std::string base = "learned";
  double weight = 2;
  bool train = false;
  bool clauses = true;
  std::string embedding_model;

  void VisitFields(FieldVisitor& visit) {
    visit("base", base, "planner whose scores a wish is added to");
    visit("weight", weight, "w of what a wish says, in standard deviations of the base's scores",
          Range{0, 1000});
    visit("train", train, "wishes are heeded in training as well");
    visit("clauses", clauses,
          "a wish is read clause by clause, and what a clause refuses counts against "
          "(wish_embeddings, wish_model; wish_keywords always does)");
    visit("embedding_model", embedding_model,
          "path of a GGUF file (wish_embeddings); empty: all-MiniLM-L6-v2 from the cache");
  }
};

struct PlannerConfig {
  std::string name = "none";
  int64_t plan_size = 3;
  bool skip_last = true;
  bool published_mask = false;
  int64_t cadence = 1;
  std::string replan = "every_n";
  double saturated = 1;
  double surprise = 0.3;
  double tiring = 3;
  double decay = 0.8;
  int64_t best_items = 6;
  int64_t unseen_items = 4;
  int64_t liked_categories = 6;
  HeadConfig head;
  GroundedConfig grounded;
  WishConfig wish;
  LlmPlannerConfig llm;
  StudentConfig student;

  void VisitFields(FieldVisitor& visit) {
    visit("name", name, "planner; `lerl list` names them");
    visit("plan_size", plan_size, "categories of a plan, the first of the ranking",
          Range{1, 10000});
    visit("skip_last", skip_last, "leave the last slate's dominant categories out of the plan");
    visit("published_mask", published_mask,
          "scores are multiplied by the mask, so that an item outside the plan (score 0) beats a "
          "negative score inside; agent ppo with policy.kind virtual_item alone");
    visit("cadence", cadence, "n, steps after which a session is ranked anew at the latest",
          Range{1, 10000});
    visit("replan", replan,
          "when a session is ranked anew: every n steps, or sooner when a planned category is "
          "saturated, or when the last slate was received otherwise than those before",
          {"every_n", "on_saturation", "on_surprise"});
    visit("saturated", saturated, "exposure at which a category is (on_saturation)", Range{0, 100});
    visit("surprise", surprise, "difference in the share of likes that is one (on_surprise)",
          Range{0, 1});
    visit("unseen_items", unseen_items, "N, latest items whose categories wait (random_unseen)",
          Range{0, 10000});
    visit("liked_categories", liked_categories, "categories that a user likes (least_recent)",
          Range{1, 10000});
    visit("tiring", tiring, "weight of the own exposure (fatigue_aware)", Range{0, 100});
    visit("decay", decay, "of the exposure, per step", Range{0, 1});
    visit("best_items", best_items, "items that give a category its value (fatigue_aware, learned)",
          Range{1, 10000});
    visit.Section("head", head);
    visit.Section("grounded", grounded);
    visit.Section("wish", wish);
    visit.Section("llm", llm);
    visit.Section("student", student);
  }
};

}  // namespace lerl

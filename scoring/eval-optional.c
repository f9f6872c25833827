/* eval-optional.c - functions of plugins that SpamAssassin has but does not load by itself
 * Those without a function to run are loaded, never hit, and `tamis lint` names them. */
#include "config.h"
#include "scoring/eval.h"

#define NOT_YET(plugin_, name_)                                                                              \
    {                                                                                                        \
        .name = name_, .plugin = plugin_, .max_args = EVAL_ARGS_MAX                                          \
    }

/* SpamAssassin's own does nothing: what stops early is the directive `shortcircuit` */
static double check_shortcircuit(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)c, (void)args, (void)prepared;
    return 0;
}

/* of the plugin for trying things out */
static double check_test_plugin(struct check *c, const struct eval_args *args, const void *prepared)
{
    (void)c, (void)args, (void)prepared;
    return 1;
}

static const struct eval_function optional_rows[] = {
    { "check_test_plugin", "Test", 0, 0, EVAL_ARGS_MAX, NULL, check_test_plugin, NULL },
    { "check_shortcircuit", "Shortcircuit", 0, 0, EVAL_ARGS_MAX, NULL, check_shortcircuit, NULL },
    NOT_YET("OLEVBMacro", "check_olemacro"),
    NOT_YET("OLEVBMacro", "check_oleobject"),
    NOT_YET("OLEVBMacro", "check_olertfobject"),
    NOT_YET("OLEVBMacro", "check_olemacro_csv"),
    NOT_YET("OLEVBMacro", "check_olemacro_malice"),
    NOT_YET("OLEVBMacro", "check_olemacro_renamed"),
    NOT_YET("OLEVBMacro", "check_olemacro_encrypted"),
    NOT_YET("OLEVBMacro", "check_olemacro_zip_password"),
    NOT_YET("OLEVBMacro", "check_olemacro_download_exe"),
    NOT_YET("OLEVBMacro", "check_olemacro_redirect_uri"),
    NOT_YET("OLEVBMacro", "check_olemacro_mhtml_uri"),
    NOT_YET("TextCat", "check_language"),
    NOT_YET("TextCat", "check_body_8bits"),
    NOT_YET("AntiVirus", "check_microsoft_executable"),
    NOT_YET("AntiVirus", "check_suspect_name"),
    NOT_YET("AccessDB", "check_access_database"),
    NOT_YET("AWL", "check_from_in_auto_welcomelist"),
    NOT_YET("AWL", "check_from_in_auto_whitelist"),
    NOT_YET("TxRep", "check_senders_reputation"),
};
EVAL_FAMILY(eval_optional, "optional plugins", optional_rows);

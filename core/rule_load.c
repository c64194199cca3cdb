/* rule_load */
typedef int rule_load_c_is_not_written_yet;

/* rule_run */
typedef int rule_run_c_is_not_written_yet;

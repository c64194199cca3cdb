/* rule_trace */
typedef int rule_trace_c_is_not_written_yet;

/* demand */
typedef int demand_c_is_not_written_yet;

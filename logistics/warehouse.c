/* warehouse */
typedef int warehouse_c_is_not_written_yet;

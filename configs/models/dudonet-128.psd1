# The DuDoNet that ships with the module, by one command:
#
#   $run = Import-PowerShellDataFile configs/models/dudonet-128.psd1
#   Build-ArtifactReducer DATA/ct_hu/cmb_crc_01068.npy.gz, DATA/ct_hu/lungfcp_0001.npy.gz @run -Destination dudonet-128.safetensors -Resume
#
# The slices are two patients of The Cancer Imaging Archive, CMB-CRC-MSB-01068 and LungFCP-01-0001 (CC BY); those with metal are left
# out. Half of the examples are drawn bodies. One thread, so that the bytes are the same on every machine of a kind.
@{
    Method           = 'DuDoNet'
    Configuration    = 'G'
    Geometry         = 'reduced-128'
    Width            = 16
    PhantomShare     = 0.5
    Epochs           = 24
    ExamplesPerEpoch = 200
    BatchSize        = 4
    LearningRate     = 0.001
    HalvingEpochs    = 4
    ValidationCount  = 20
    Seed             = 1
    ThreadCount      = 1
}
